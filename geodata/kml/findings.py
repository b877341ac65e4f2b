"""What reading has to say: findings about one placemark, and refusals of a whole file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Values: TypeAlias = Mapping[str, str | int | float]
"""What the sentence of a finding is filled with."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    REPAIRED = "repaired"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is a stable name such as `ring-closed`; `line` counts from 1."""

    severity: Severity
    code: str
    line: int | None = None
    placemark: str = ""
    folder: str = ""
    values: Values = field(default_factory=dict)


class KmlRefused(Exception):
    """The whole file cannot be read (further).  The only exception reading raises."""

    def __init__(self, code: str, line: int | None = None, **values: str | int | float) -> None:
        super().__init__(code)
        self.finding = Finding(Severity.ERROR, code, line, values=values)
