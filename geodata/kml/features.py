"""One <Placemark> → a Feature and its findings."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from geodata.kml import limits
from geodata.kml.findings import Finding, Severity
from geodata.kml.nodes import Node, in_one_line
from geodata.kml.shapes import Shapes
from geodata.kml.styles import Style, StyleBook, normal_pair, style_of


@dataclass(frozen=True, slots=True)
class Feature:
    """A placemark as its file gives it.  `geometry` is 2-D in EPSG:4326 and may be invalid.

    `description` is the file's own HTML: not safe to show.  `style` holds those of stroke,
    stroke_opacity, stroke_width, fill, fill_opacity that the file gives.
    """

    name: str
    folder: tuple[str, ...]
    description: str
    fields: dict[str, str]
    style: dict[str, str | float]
    geometry: BaseGeometry
    line: int
    altitudes: int
    """Vertices whose altitude was dropped."""
    vertices: int

    @property
    def folder_path(self) -> str:
        return folder_path(self.folder)


def folder_path(folder: tuple[str, ...]) -> str:
    return " / ".join(folder)[: limits.MAX_FOLDER]


@dataclass(slots=True)
class PlacemarkReader:
    """Turns placemark nodes into features, or into findings that say why not."""

    styles: StyleBook
    findings: list[Finding] = field(default_factory=list)
    _node: Node = field(default_factory=lambda: Node("", {}, 0))
    _folder: tuple[str, ...] = ()

    def read(self, node: Node, folder: tuple[str, ...]) -> Feature | None:
        self._node, self._folder = node, folder
        shapes = Shapes()
        geometry = shapes.build(node)
        for severity, code, line, values in shapes.said:
            self._say(severity, code, line, **values)
        if geometry is None:
            return None
        return Feature(
            name=self._cut(node.text_of("name"), limits.MAX_NAME, "name"),
            folder=folder,
            description=self._description(),
            fields=self._fields(),
            style=self._style().drawn(geometry),
            geometry=geometry,
            line=node.line,
            altitudes=shapes.altitudes,
            vertices=shapes.vertices,
        )

    def _description(self) -> str:
        child = self._node.first("description")
        text = child.text.strip() if child else ""
        return self._cut(text, limits.MAX_DESCRIPTION, "description")

    def _fields(self) -> dict[str, str]:
        """ExtendedData as name → text: <Data>, <SchemaData>, and elements of other vocabularies."""
        found: dict[str, str] = {}
        for data in self._node.all("ExtendedData"):
            for name, text in _named_values(data):
                if len(found) >= limits.MAX_FIELDS:
                    self._say(Severity.WARNING, "too-many-fields", limit=limits.MAX_FIELDS)
                    return found
                key = name[: limits.MAX_FIELD_NAME]
                found[key] = self._cut(text, limits.MAX_FIELD_VALUE, key)
        return found

    def _style(self) -> Style:
        """Inline styles speak before the shared one they point at."""
        style = Style()
        for inline in self._inline_styles():
            style = style.over(inline)
        url = self._node.text_of("styleUrl")
        shared = self.styles.find(url) if url else None
        if url and shared is None:
            self._say(Severity.NOTE, "style-not-found", style=url[:100])
        return style if shared is None else style.over(shared)

    def _inline_styles(self) -> Iterator[Style]:
        for node in self._node.all("Style"):
            yield style_of(node)
        for style_map in self._node.all("StyleMap"):
            pair = normal_pair(style_map)
            if pair is not None:
                inline = pair.first("Style")
                found = style_of(inline) if inline else self.styles.find(pair.text_of("styleUrl"))
                yield found or Style()

    def _cut(self, text: str, limit: int, what: str) -> str:
        if len(text) > limit:
            self._say(Severity.WARNING, "text-cut", what=what, limit=limit)
        return text[:limit]

    def _say(
        self, severity: Severity, code: str, line: int | None = None, **values: str | int | float
    ) -> None:
        self.findings.append(
            Finding(
                severity,
                code,
                line or self._node.line,
                self._node.text_of("name")[: limits.MAX_NAME],
                folder_path(self._folder),
                values,
            )
        )


def _named_values(extended: Node) -> Iterator[tuple[str, str]]:
    for child in extended.children:
        if child.tag == "Data":
            yield child.attributes.get("name", "").strip(), _value(child.first("value"))
        elif child.tag == "SchemaData":
            for simple in child.all("SimpleData"):
                yield simple.attributes.get("name", "").strip(), _value(simple)
        elif not child.tag.startswith("gx:") and not child.children:
            yield child.tag, _value(child)


def _value(node: Node | None) -> str:
    return in_one_line(node.text) if node else ""
