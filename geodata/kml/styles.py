"""Shared and inline styles → stroke and fill as a web map wants them."""

import re
from dataclasses import dataclass, field, fields, replace
from typing import Self

from shapely.geometry.base import BaseGeometry

from geodata.kml.limits import MAX_STYLES
from geodata.kml.nodes import Node

_COLOUR = re.compile(r"#?([0-9a-fA-F]{8})\Z")
_NUMBER = re.compile(r"[0-9]{0,4}(\.[0-9]*)?")
MAX_WIDTH = 50.0
MAX_SCALE = 10.0
MAX_HREF = 500
_HOPS = 8
"""StyleMaps may point at StyleMaps; a circle ends here."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a <Style> says; None where it is silent.  Colours `#rrggbb`, opacities 0 to 1."""

    stroke: str | None = None
    stroke_opacity: float | None = None
    stroke_width: float | None = None
    fill: str | None = None
    fill_opacity: float | None = None
    icon: str | None = None
    """The colour of icons."""
    icon_opacity: float | None = None
    icon_scale: float | None = None
    icon_href: str | None = None
    label_scale: float | None = None
    has_fill: bool | None = None
    has_outline: bool | None = None
    is_random: bool | None = None
    """Whether a colour is only the bound of a random one."""

    def over(self, base: Self) -> Self:
        """This style with its silences filled from `base`."""
        mine = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(base, **{name: value for name, value in mine.items() if value is not None})

    def drawn(self, geometry: BaseGeometry) -> dict[str, str | float]:
        """The properties that apply to `geometry`: icons colour points, fills colour surfaces."""
        kind = geometry.geom_type
        if kind in ("Point", "MultiPoint"):
            return _only(
                fill=self.icon,
                fill_opacity=self.icon_opacity,
                icon_scale=self.icon_scale,
                label_scale=self.label_scale,
            )
        line = _only(
            label_scale=self.label_scale,
            stroke=self.stroke,
            stroke_opacity=self.stroke_opacity,
            stroke_width=self.stroke_width,
        )
        if kind in ("LineString", "MultiLineString"):
            return line
        if self.has_outline is False:
            line["stroke_opacity"] = 0.0
        opacity = 0.0 if self.has_fill is False else self.fill_opacity
        return line | _only(fill=self.fill, fill_opacity=opacity)


def _only(**values: str | float | None) -> dict[str, str | float]:
    return {name: value for name, value in values.items() if value is not None}


@dataclass(slots=True)
class StyleBook:
    """The shared styles of a file by id."""

    styles: dict[str, Style] = field(default_factory=dict)
    maps: dict[str, str] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Keeps a <Style> or <StyleMap> that has an id."""
        name = node.attributes.get("id", "")
        if not name or len(self.styles) + len(self.maps) >= MAX_STYLES:
            return
        if node.tag == "Style":
            self.styles[name] = style_of(node)
            return
        pair = normal_pair(node)
        if pair is not None and (inline := pair.first("Style")) is not None:
            self.styles[name] = style_of(inline)
        elif pair is not None:
            self.maps[name] = pair.text_of("styleUrl")

    def find(self, url: str) -> Style | None:
        """The style that `#id` (or a bare `id`) leads to; None when this file has none."""
        for _ in range(_HOPS):
            name = url.removeprefix("#")
            if name in self.styles:
                return self.styles[name]
            if name not in self.maps:
                return None
            url = self.maps[name]
        return None


def normal_pair(style_map: Node) -> Node | None:
    pairs = [pair for pair in style_map.all("Pair") if pair.text_of("key") == "normal"]
    return pairs[0] if pairs else None


def style_of(node: Node) -> Style:
    """What one <Style> element says."""
    line, surface, icon = (node.first(tag) for tag in ("LineStyle", "PolyStyle", "IconStyle"))
    stroke, stroke_opacity = _colour(line)
    fill, fill_opacity = _colour(surface)
    icon_colour, icon_opacity = _colour(icon)
    return Style(
        stroke=stroke,
        stroke_opacity=stroke_opacity,
        stroke_width=_number(line, "width", MAX_WIDTH),
        fill=fill,
        fill_opacity=fill_opacity,
        icon=icon_colour,
        icon_opacity=icon_opacity,
        icon_scale=_number(icon, "scale", MAX_SCALE),
        icon_href=_href(icon),
        label_scale=_number(node.first("LabelStyle"), "scale", MAX_SCALE),
        has_fill=_flag(surface, "fill"),
        has_outline=_flag(surface, "outline"),
        is_random=any(_is_random(one) for one in (line, surface, icon)) or None,
    )


def _colour(node: Node | None) -> tuple[str | None, float | None]:
    """KML's `aabbggrr` → (`#rrggbb`, opacity); what is not eight hex digits says nothing."""
    match = _COLOUR.match(node.text_of("color")) if node else None
    if match is None:
        return None, None
    alpha, blue, green, red = re.findall("..", match[1].lower())
    return f"#{red}{green}{blue}", round(int(alpha, 16) / 255, 3)


def _number(node: Node | None, tag: str, most: float) -> float | None:
    text = node.text_of(tag) if node else ""
    if not _NUMBER.fullmatch(text) or text in ("", "."):
        return None
    return min(float(text), most)


def _href(icon_style: Node | None) -> str | None:
    """Where the picture of an icon stands; an empty one asks for none."""
    icon = icon_style.first("Icon") if icon_style else None
    return icon.text_of("href")[:MAX_HREF] or None if icon else None


def _is_random(node: Node | None) -> bool:
    return node is not None and node.text_of("colorMode") == "random"


def _flag(node: Node | None, tag: str) -> bool | None:
    text = node.text_of(tag).lower() if node else ""
    return {"0": False, "false": False, "1": True, "true": True}.get(text)
