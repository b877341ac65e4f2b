"""What CQL2 readers raise."""


class BadFilter(ValueError):
    """`str()` is a sentence for the sender."""
