"""KML as a stream: features and findings in the order of the file, in little memory.

Two passes over the same bytes: shared styles and schemas may stand after the placemarks that use
them, so the first pass reads nothing but those.  It ends at the first placemark where the bytes
behind it show that none follow (`ahead`).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from geodata.kml import limits
from geodata.kml.ahead import styles_may_follow
from geodata.kml.archive import Source, source_of
from geodata.kml.features import Feature, PlacemarkReader, folder_path
from geodata.kml.fields import SchemaBook
from geodata.kml.findings import Finding, KmlRefused, Severity
from geodata.kml.icons import IconBook
from geodata.kml.nodes import Node, in_one_line
from geodata.kml.parsing import Parsing
from geodata.kml.styles import StyleBook

STYLES = ("Style", "StyleMap")
SHARED = (*STYLES, "Schema")
CONTAINERS = ("Document", "Folder")
NOTED = (
    "NetworkLink",
    "GroundOverlay",
    "ScreenOverlay",
    "PhotoOverlay",
    "gx:Tour",
    "NetworkLinkControl",
    "include",  # of XInclude
)
"""Parts of a KML that are no shapes, or that lead elsewhere: named, never followed."""

_CAPTURED = frozenset(("Placemark", *NOTED))


@dataclass(slots=True)
class Reader:
    """Reads one file: iterate over it once.  Raises KmlRefused, and nothing else."""

    source: Source
    swap_axes: bool = False
    _parsing: Parsing | None = None

    def __iter__(self) -> Iterator[Feature | Finding]:
        shared, odd = _shared_of(self.source)
        if odd is not None:
            yield odd
        icons = IconBook(self.source)
        placemarks = PlacemarkReader(shared.styles, shared.schemas, icons, self.swap_axes)
        listener = _Placemarks(placemarks)
        self._parsing = Parsing(listener, is_mixed=odd is not None)
        try:
            for _ in self._parsing.steps(self.source):
                yield from listener.take()
        except KmlRefused:
            yield from listener.take()
            raise
        yield from listener.closing_words()

    @property
    def progress(self) -> float:
        """How much of the file is read, from 0 to 1."""
        read = self._parsing.read_bytes if self._parsing else 0
        return min(read / self.source.size, 1.0) if self.source.size else 0.0


def read(file: BinaryIO, *, swap_axes: bool = False) -> Reader:
    """A reader of `file`, a KML or KMZ by its content.  Raises KmlRefused.

    With `swap_axes` the file is read as if latitudes stood before longitudes in it.
    """
    return Reader(source_of(file), swap_axes)


def look_at(file: BinaryIO) -> None:
    """Raises KmlRefused at once when the beginning of `file` shows that it is no KML or KMZ."""
    source = source_of(file)
    try:
        _look(Parsing(_Deaf()), source)
    except KmlRefused as refused:
        if refused.finding.code not in _ODD_ENCODINGS:
            raise
        _look(Parsing(_Deaf(), is_mixed=True), source)


def _look(parsing: Parsing, source: Source) -> None:
    try:
        for _ in parsing.steps(source):
            if parsing.has_begun:
                return
    except KmlRefused:
        if not parsing.has_begun:
            raise


_ODD_ENCODINGS = {"not-utf8": "read-as-windows-1252", "other-encoding": "read-as-utf-8"}
"""Refusals that reading byte by byte as UTF-8 or Windows-1252 helps against, and what is said."""


def _shared_of(source: Source) -> tuple["_Shared", Finding | None]:
    """Styles and schemas; what is wrong with the file is left for the second pass to report.

    With a finding, the file is not in the encoding it declares, and has to be read as mixed.
    """
    listener = _Shared(may_stop=not styles_may_follow(source))
    try:
        _exhaust(Parsing(listener), source)
    except KmlRefused as refused:
        finding = refused.finding
        if finding.code in _ODD_ENCODINGS:
            mixed = _Shared()
            with suppress(KmlRefused):
                _exhaust(Parsing(mixed, is_mixed=True), source)
            code = _ODD_ENCODINGS[finding.code]
            return mixed, Finding(Severity.WARNING, code, finding.line)
    return listener, None


def _exhaust(parsing: Parsing, source: Source) -> None:
    with suppress(_Enough):
        for _ in parsing.steps(source):
            pass


@dataclass(slots=True)
class _Deaf:
    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        pass

    def text(self, data: str) -> None:
        pass

    def end(self, tag: str) -> None:
        pass


@dataclass(slots=True)
class _Capture:
    """Grows the tree of one element, within limits, while the parser is inside it."""

    path: list[Node] = field(default_factory=list)
    elements: int = 0
    characters: int = 0

    is_too_large: bool = False
    """Whether the element has passed a limit; the rest of it is not kept."""

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        node = Node(tag, attributes, line, [], [])
        if not self.path:
            self.elements = self.characters = 0
            self.is_too_large = False
        elif not self.is_too_large:
            self.path[-1].children.append(node)
        self.elements += 1
        if self.elements > limits.MAX_FEATURE_ELEMENTS:
            self.is_too_large = True
        self.path.append(node)

    def text(self, data: str) -> None:
        self.characters += len(data)
        if self.characters > limits.MAX_FEATURE_CHARACTERS:
            self.is_too_large = True
        if not self.is_too_large:
            self.path[-1].chunks.append(data)

    def end(self) -> Node | None:
        """The whole tree when its first element ends, None before."""
        node = self.path.pop()
        return None if self.path else node


class _Enough(Exception):
    """Nothing more that this pass listens for."""


@dataclass(slots=True)
class _Shared:
    """Listens for shared styles and for schemas."""

    may_stop: bool = False
    """Whether none of them follows the first placemark."""
    styles: StyleBook = field(default_factory=StyleBook)
    schemas: SchemaBook = field(default_factory=SchemaBook)
    capture: _Capture = field(default_factory=_Capture)

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        if self.capture.path or tag in SHARED:
            self.capture.start(tag, attributes, line)
        elif self.may_stop and tag == "Placemark":
            raise _Enough

    def text(self, data: str) -> None:
        if self.capture.path:
            self.capture.text(data)

    def end(self, tag: str) -> None:
        if not self.capture.path or (node := self.capture.end()) is None:
            return
        if node.tag == "Schema":
            self.schemas.add(node, limits.MAX_SCHEMAS)
        else:
            self.styles.add(node)


@dataclass(slots=True)
class _Placemarks:
    """Listens for placemarks, keeping the path of folders they stand in."""

    placemarks: PlacemarkReader
    capture: _Capture = field(default_factory=_Capture)
    ready: list[Feature | Finding] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    features: int = 0
    vertices: int = 0
    altitudes: int = 0
    placemarks_seen: int = 0

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        if self.capture.path or tag in _CAPTURED or self._names_a_folder(tag):
            self.capture.start(tag, attributes, line)
            return
        self.open_tags.append(tag)
        if tag in CONTAINERS:
            self.folders.append("")

    def text(self, data: str) -> None:
        if self.capture.path:
            self.capture.text(data)

    def end(self, tag: str) -> None:
        if not self.capture.path:
            self.open_tags.pop()
            if tag in CONTAINERS:
                self.folders.pop()
        elif (node := self.capture.end()) is not None:
            self._captured(node)

    def take(self) -> list[Feature | Finding]:
        taken, self.ready = self.ready, []
        return taken

    def closing_words(self) -> Iterator[Finding]:
        """What can be said of the whole file at its end."""
        if self.altitudes:
            yield Finding(Severity.NOTE, "altitude-dropped", values={"count": self.altitudes})
        if not self.placemarks_seen:
            yield Finding(Severity.ERROR, "no-placemarks")

    def _names_a_folder(self, tag: str) -> bool:
        return tag == "name" and bool(self.open_tags) and self.open_tags[-1] in CONTAINERS

    def _is_of_the_file(self) -> bool:
        """Whether the innermost container is the document that all the rest stands in."""
        return len(self.folders) == 1 and self.open_tags[-1] == "Document"

    def _path(self) -> tuple[str, ...]:
        return tuple(name for name in self.folders if name)

    def _named(self, name: str) -> None:
        if self._is_of_the_file():
            self.placemarks.document = name
        else:
            self.folders[-1] = name

    def _captured(self, node: Node) -> None:
        if node.tag == "name":
            self._named(in_one_line(node.text)[: limits.MAX_NAME])
        elif self.capture.is_too_large:
            self._note(Severity.ERROR, "placemark-too-large", node)
        elif node.tag == "Placemark":
            self._placemark(node)
        else:
            self._note(Severity.NOTE, "not-followed", node, element=node.tag)

    def _placemark(self, node: Node) -> None:
        self.placemarks_seen += 1
        feature = self.placemarks.read(node, self._path())
        self.ready += self.placemarks.findings
        self.placemarks.findings = []
        if feature is None:
            return
        self.features += 1
        self.vertices += feature.vertices
        self.altitudes += feature.altitudes
        if self.features > limits.MAX_FEATURES:
            raise KmlRefused("too-many-features", node.line, limit=limits.MAX_FEATURES)
        if self.vertices > limits.MAX_VERTICES:
            raise KmlRefused("too-many-vertices-in-file", node.line, limit=limits.MAX_VERTICES)
        self.ready.append(feature)

    def _note(self, severity: Severity, code: str, node: Node, **values: str) -> None:
        name = node.text_of("name")[: limits.MAX_NAME]
        self.ready.append(
            Finding(severity, code, node.line, name, folder_path(self._path()), values)
        )
