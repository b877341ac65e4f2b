"""How a code or a name is made of a feature's fields: `code`, or `{departement}-{code:0>3}`."""

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any


class BadTemplate(ValueError):
    """The template cannot be understood; `str()` is it."""


class FieldTemplate:
    """A plain field name, or text with fields in braces and Python's format specs.

    Besides the file's own fields there is `{file}`, its name without the ending.
    """

    def __init__(self, written: str) -> None:
        self._written = written if "{" in written else f"{{{written}}}"
        try:
            pieces = list(Formatter().parse(self._written))
        except ValueError as error:
            raise BadTemplate(written) from error
        self.fields = [name for _text, name, _spec, _conversion in pieces if name is not None]
        specs = [spec for _text, _name, spec, _conversion in pieces if spec]
        if not all(self.fields) or any("{" in spec for spec in specs):
            raise BadTemplate(written)

    def missing_from(self, available: Mapping[str, Any]) -> list[str]:
        return [name for name in self.fields if name not in available]

    def fill(self, fields: Mapping[str, Any]) -> str:
        """The text for one feature; '' where a field is missing or empty."""
        values = [_as_text(fields.get(name)) for name in self.fields]
        if not all(values):
            return ""
        return _Plain(values).format(self._written).strip()


class _Plain(Formatter):
    """Takes the values in order and looks nothing up: `{a.b}` is a field of that name."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = iter(values)

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[str, str]:
        return next(self._values), field_name


def _as_text(value: Any) -> str:
    """Numbers as people write codes: 44109, even where the file says 44109.0."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
