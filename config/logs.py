"""What logs may not keep: where a visitor looked, what they searched, and secret links."""

import re

from structlog.typing import EventDict, WrappedLogger

_SECRET = re.compile(r"(/submissions/track/)[^/?\s]+")


def without_personal_data(_: WrappedLogger, method: str, event_dict: EventDict) -> EventDict:
    """Requests are kept as method and path, tracking tokens and query strings left out."""
    request = event_dict.get("request")
    if isinstance(request, str):
        event_dict["request"] = _SECRET.sub(r"\1…", request).partition("?")[0]
    event_dict.pop("user_agent", None)
    return event_dict
