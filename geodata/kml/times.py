"""TimeSpan and TimeStamp → when a feature begins and ends, as its file writes it.

OGC 07-147r2 §15: a dateTime, a date, a year and month or a year, after XML Schema part 2.
"""

import re
from dataclasses import dataclass

from geodata.kml.nodes import Node

_MOMENT = re.compile(
    r"-?[0-9]{4,6}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])"
    r"(T[0-2][0-9]:[0-5][0-9](:[0-6][0-9](\.[0-9]{1,6})?)?(Z|[-+][0-2][0-9]:[0-5][0-9])?)?)?)?\Z"
)


@dataclass(frozen=True, slots=True)
class Span:
    """`begin` and `end` are equal for one moment, '' where open or unknown."""

    begin: str = ""
    end: str = ""
    unread: str = ""
    """What stood there and is no time."""

    def __bool__(self) -> bool:
        return bool(self.begin or self.end or self.unread)


def span_of(placemark: Node) -> Span:
    for tag in ("TimeSpan", "gx:TimeSpan"):
        if (span := placemark.first(tag)) is not None:
            return _span(span.text_of("begin"), span.text_of("end"))
    for tag in ("TimeStamp", "gx:TimeStamp"):
        if (stamp := placemark.first(tag)) is not None:
            return _span(stamp.text_of("when"), stamp.text_of("when"))
    return Span()


def between(times: list[str]) -> Span:
    """From the first to the last of the times of a track; '' is none."""
    known = [time for time in times if time]
    return Span(known[0], known[-1]) if known else Span()


def is_moment(text: str) -> bool:
    return bool(_MOMENT.match(text))


def _span(begin: str, end: str) -> Span:
    unread = next((one for one in (begin, end) if one and not is_moment(one)), "")
    return Span(
        begin if is_moment(begin) else "",
        end if is_moment(end) else "",
        unread[:60],
    )
