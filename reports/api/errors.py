"""What the API's functions raise; `config.api` turns it into a status."""


class BadParameters(ValueError):
    """`errors` maps parameters or fields to sentences for the caller."""

    def __init__(self, errors: dict[str, list[str]], *, status: int = 400) -> None:
        super().__init__(errors)
        self.errors = errors
        self.status = status
