"""What a part of a path may be."""

from django.urls import register_converter


class PlainConverter:
    """Any text without slashes and control characters: a NUL must not reach the database."""

    regex = r"[^/\x00-\x1f]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PlainConverter, "plain")
