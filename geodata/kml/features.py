"""One <Placemark> → a Feature and its findings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from shapely.geometry.base import BaseGeometry

from geodata.kml import limits
from geodata.kml.fields import (
    Field,
    FieldType,
    Said,
    Scalar,
    SchemaBook,
    Value,
    field_of,
    said_in,
    typed,
)
from geodata.kml.findings import Finding, Severity
from geodata.kml.icons import IconBook
from geodata.kml.nodes import Node
from geodata.kml.shapes import GROUPS, TRACKS, Shapes
from geodata.kml.styles import Style, StyleBook, normal_pair, style_of
from geodata.kml.times import Span, between, span_of

_SILENT = Style()

Drawn: TypeAlias = dict[str, str | float]

WHEN = "when"
"""The field that holds the times of a track."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A placemark as its file gives it.  `geometry` is 2-D in EPSG:4326 and may be invalid.

    `description` is the file's own HTML: not safe to show.  `style` holds those of stroke,
    stroke_opacity, stroke_width, fill, fill_opacity, icon, icon_scale, label_scale that the file
    gives.
    """

    name: str
    folder: tuple[str, ...]
    description: str
    fields: dict[str, Value]
    style: Drawn
    geometry: BaseGeometry
    line: int | None
    altitudes: int = 0
    """Vertices whose altitude was dropped."""
    vertices: int = 0
    types: dict[str, FieldType] = field(default_factory=dict)
    """Of those fields that are more than text; a value that is none of its type stays text."""
    labels: dict[str, str] = field(default_factory=dict)
    """What the file calls those fields that it has another name for (displayName)."""
    begin: str = ""
    end: str = ""
    """Dates or moments as the file writes them, ISO 8601 possibly cut short; equal for a moment."""
    document: str = ""
    """What its file is called."""
    icon: bytes = b""
    """The PNG of style["icon"] (its SHA-256), on the first feature that shows it."""
    number: int | None = None
    """Its place in a file that numbers its features, from 1."""

    @property
    def folder_path(self) -> str:
        return folder_path(self.folder)

    @property
    def called(self) -> str:
        """What findings call it: by its name, else its number in the file."""
        return self.name or (f"#{self.number}" if self.number else "")

    def described_fields(self) -> Iterator[Field]:
        for name, value in self.fields.items():
            kind = self.types.get(name, FieldType.TEXT)
            yield field_of(name, kind, self.labels.get(name, ""), isinstance(value, list))


def folder_path(folder: tuple[str, ...]) -> str:
    return " / ".join(folder)[: limits.MAX_FOLDER]


@dataclass(slots=True)
class _Fields:
    """What ExtendedData says, gathered."""

    values: dict[str, Value] = field(default_factory=dict)
    types: dict[str, FieldType] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PlacemarkReader:
    """Turns placemark nodes into features, or into findings that say why not."""

    styles: StyleBook
    schemas: SchemaBook
    icons: IconBook = field(default_factory=IconBook)
    swap_axes: bool = False
    document: str = ""
    findings: list[Finding] = field(default_factory=list)
    _told: set[tuple[str, str]] = field(default_factory=set)
    _shown_icons: set[str] = field(default_factory=set)
    _node: Node = field(default_factory=lambda: Node("", {}, 0))
    _folder: tuple[str, ...] = ()

    def read(self, node: Node, folder: tuple[str, ...]) -> Feature | None:
        self._node, self._folder = node, folder
        shapes = Shapes(self.swap_axes)
        geometry = shapes.build(node)
        for severity, code, line, values in shapes.said:
            self._say(severity, code, line, **values)
        if geometry is None:
            return None
        fields, style = self._fields(), self._style()
        self._add_times(shapes.times, fields)
        span = self._span(shapes.times)
        drawn = style.drawn(geometry)
        icon = self._icon(style.icon_href, geometry, drawn)
        return Feature(
            name=self._cut(node.text_of("name"), limits.MAX_NAME, "name"),
            folder=folder,
            description=self._description(),
            fields=fields.values,
            style=drawn,
            geometry=geometry,
            line=node.line,
            altitudes=shapes.altitudes,
            vertices=shapes.vertices,
            types=fields.types,
            labels=fields.labels,
            begin=span.begin,
            end=span.end,
            document=self.document,
            icon=icon,
        )

    def _description(self) -> str:
        child = self._node.first("description")
        text = child.text.strip() if child else ""
        return self._cut(text, limits.MAX_DESCRIPTION, "description")

    def _icon(self, href: str | None, geometry: BaseGeometry, drawn: Drawn) -> bytes:
        """Names the icon of a point in what is drawn, and gives its bytes the first time.  For one
        that is remote, missing or no picture, a default stands in."""
        if href is None or geometry.geom_type not in ("Point", "MultiPoint"):
            return b""
        icon = self.icons.find(href)
        if icon.fault:
            self._once(href, Severity.NOTE, icon.fault, icon=href)
            return b""
        drawn["icon"] = digest = icon.sha256
        is_new = digest not in self._shown_icons
        self._shown_icons.add(digest)
        return icon.png if is_new else b""

    def _add_times(self, times: list[str], fields: _Fields) -> None:
        """The times of a track as the field `when`, unless the file has a field of that name."""
        if not any(times) or WHEN in fields.values:
            return
        if len(times) > limits.MAX_LIST:
            self._say(Severity.WARNING, "list-cut", what=WHEN, limit=limits.MAX_LIST)
        kept = times[: limits.MAX_LIST]
        fields.values[WHEN] = list[Scalar](kept)
        if all(typed(time, FieldType.DATETIME) for time in kept):
            fields.types[WHEN] = FieldType.DATETIME

    def _span(self, times: list[str]) -> Span:
        """Its own, else from the first to the last time of its track."""
        span = span_of(self._node) or between(times)
        if span.unread:
            self._say(Severity.WARNING, "time-not-read", text=span.unread)
        return span

    def _fields(self) -> _Fields:
        fields = _Fields()
        for data in _extended_data(self._node):
            self._note_lost_schemas(data)
            for said in said_in(data, self.schemas):
                if len(fields.values) >= limits.MAX_FIELDS:
                    self._say(Severity.WARNING, "too-many-fields", limit=limits.MAX_FIELDS)
                    return fields
                self._keep(said, fields)
        return fields

    def _keep(self, said: Said, fields: _Fields) -> None:
        name = said.field.name[: limits.MAX_FIELD_NAME]
        values = [self._typed(text, said, name) for text in said.texts[: limits.MAX_LIST]]
        if len(said.texts) > limits.MAX_LIST:
            self._say(Severity.WARNING, "list-cut", what=name, limit=limits.MAX_LIST)
        before = fields.values.get(name)
        if said.is_list and isinstance(before, list):  # the next track of several
            values = (before + values)[: limits.MAX_LIST]
        fields.values[name] = values if said.is_list else values[0]
        if said.field.type != FieldType.TEXT:
            fields.types[name] = said.field.type
        if said.field.label and said.field.label != name:
            fields.labels[name] = said.field.label[: limits.MAX_FIELD_NAME]

    def _typed(self, text: str, said: Said, name: str) -> Scalar:
        """The value in its type, or its text, of which a finding speaks once a field."""
        value = typed(text, said.field.type)
        if value is None and text:
            kind = said.field.type.value
            self._once(name, Severity.NOTE, "field-kept-as-text", field=name, type=kind, text=text)
        return self._cut(text, limits.MAX_FIELD_VALUE, name) if value is None else self._held(value)

    def _held(self, value: Scalar) -> Scalar:
        is_long = isinstance(value, str) and len(value) > limits.MAX_FIELD_VALUE
        return self._cut(str(value), limits.MAX_FIELD_VALUE, "ExtendedData") if is_long else value

    def _note_lost_schemas(self, extended: Node) -> None:
        for data in extended.all("SchemaData"):
            url = data.attributes.get("schemaUrl", "")
            if url and self.schemas.find(url) is None:
                self._once(url, Severity.NOTE, "schema-not-found", schema=url[:100])

    def _style(self) -> Style:
        """Inline styles speak before the shared one they point at."""
        url, style = self._node.text_of("styleUrl"), _SILENT
        for inline in self._inline_styles():
            style = style.over(inline)
        shared = self.styles.find(url) if url else None
        if url and shared is None:
            self._once(url, Severity.NOTE, "style-not-found", style=url)
        whole = shared if style is _SILENT else style.over(shared or _SILENT)
        if whole is not None and whole.is_random:
            self._once(url, Severity.NOTE, "colour-random")
        return whole or _SILENT

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

    def _once(self, about: str, severity: Severity, code: str, **values: str | int | float) -> None:
        """Says what would be the same of every placemark that follows."""
        if (code, about) in self._told or len(self._told) >= limits.MAX_TOLD_ONCE:
            return
        self._told.add((code, about))
        shown = {key: v[:60] if isinstance(v, str) else v for key, v in values.items()}
        self._say(severity, code, None, **shown)

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


def _extended_data(node: Node) -> Iterator[Node]:
    """Of a placemark and of the tracks in it."""
    for child in node.children:
        if child.tag == "ExtendedData":
            yield child
        elif child.tag in TRACKS or child.tag in GROUPS:
            yield from _extended_data(child)
