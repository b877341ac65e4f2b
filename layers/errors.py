"""What actions refuse, each with a code that views put into a sentence."""


class Refused(Exception):
    """A request that cannot be granted; `message` is a sentence for the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WrongFile(Refused):
    """Not a file that can be an overlay."""


class CannotPublish(Refused):
    """An import that is not (wholly) read."""


class NeedsConsent(CannotPublish):
    """An import whose findings ask for a yes that nobody said."""


class CannotDelete(Refused):
    """An overlay that something is made of."""


class CannotPromote(Refused):
    """An overlay whose shapes are no areas, or whose codes are missing or double."""


class CannotRefer(Refused):
    """An overlay that has nothing rules could look at."""


class CannotAnswer(Refused):
    """An answer that makes no sense, or that nobody waits for."""
