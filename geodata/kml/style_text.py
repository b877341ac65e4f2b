"""The look of a feature → an inline <Style>."""

import re
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from shapely.geometry.base import BaseGeometry

_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})\Z")
Look = Mapping[str, str | float]


def style_text(style: Look, geometry: BaseGeometry, icon_href: Callable[[str], str]) -> str:
    """'' where the style says nothing; the colour of a point is that of its icon."""
    if geometry.geom_type in ("Point", "MultiPoint"):
        inside = _icon(style, icon_href) + _label(style)
    else:
        inside = _icon({**style, "fill": ""}, icon_href) + _label(style)
        inside += _line(style) + _surface(style)
    return f"<Style>{inside}</Style>" if inside else ""


def _icon(style: Look, icon_href: Callable[[str], str]) -> str:
    colour = _colour(style.get("fill"), style.get("fill_opacity"))
    scale = _number("scale", style.get("icon_scale"))
    sha256 = style.get("icon")
    href = f"<Icon><href>{escape(icon_href(str(sha256)))}</href></Icon>" if sha256 else ""
    inside = colour + scale + href
    return f"<IconStyle>{inside}</IconStyle>" if inside else ""


def _label(style: Look) -> str:
    scale = _number("scale", style.get("label_scale"))
    return f"<LabelStyle>{scale}</LabelStyle>" if scale else ""


def _line(style: Look) -> str:
    inside = _colour(style.get("stroke"), style.get("stroke_opacity"))
    inside += _number("width", style.get("stroke_width"))
    return f"<LineStyle>{inside}</LineStyle>" if inside else ""


def _surface(style: Look) -> str:
    inside = _colour(style.get("fill"), style.get("fill_opacity"))
    if not inside and style.get("fill_opacity") == 0:
        inside += "<fill>0</fill>"
    if not style.get("stroke") and style.get("stroke_opacity") == 0:
        inside += "<outline>0</outline>"
    return f"<PolyStyle>{inside}</PolyStyle>" if inside else ""


def _colour(colour: str | float | None, opacity: str | float | None) -> str:
    """`#rrggbb` and an opacity from 0 to 1 → `aabbggrr`; opaque where none is given."""
    match = _COLOUR.match(str(colour or ""))
    if match is None:
        return ""
    alpha = round(255 * min(1.0, max(0.0, float(1 if opacity is None else opacity))))
    red, green, blue = (part.lower() for part in match.groups())
    return f"<color>{alpha:02x}{blue}{green}{red}</color>"


def _number(tag: str, number: str | float | None) -> str:
    if number is None:
        return ""
    text = f"{float(number):.6f}".rstrip("0").rstrip(".")
    return f"<{tag}>{text}</{tag}>"
