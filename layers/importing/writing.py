"""Writes shapes and findings in batches, and the progress people watch."""

import json
from dataclasses import asdict, dataclass, field
from time import monotonic

from django.db import DatabaseError, transaction
from shapely.geometry.base import BaseGeometry

from geodata import kml
from geodata.copying import copy_rows, ewkb
from geodata.crs import WGS84
from geodata.kml import Feature, Field, Severity
from geodata.mending import about
from geodata.reading import Progress
from layers.models import Finding, OverlayFeature, OverlayIcon, OverlayImport
from layers.sanitising import sanitise

BATCH_FEATURES = 500
BATCH_VERTICES = 200_000
PROGRESS_EVERY_S = 0.5
MAX_FINDINGS = 5_000
"""Kept of one file; the rest are counted."""

MAX_FIELDS = 1_000
"""Named of one file; features keep what they have."""


Row = tuple[object, ...]
_COLUMNS = (
    *("overlay_import", "position", "line", "name", "folder", "path", "description"),
    *("fields", "begin", "end", "style", "geom"),
)


@dataclass(slots=True)
class Writing:
    """What an import has read so far, on its way into the database."""

    overlay_import: OverlayImport
    position: int = 0
    untold: int = 0
    _findings_written: int = 0
    _features: list[tuple[Row, Feature, BaseGeometry]] = field(default_factory=list)
    _findings: list[kml.Finding] = field(default_factory=list)
    _vertices: int = 0
    _fields: dict[str, Field] = field(default_factory=dict)
    _title: str = ""
    _asks: bool = False
    _shown_at: float = field(default_factory=monotonic)

    def add(self, feature: Feature, shapes: list[BaseGeometry]) -> None:
        self._learn(feature)
        for shape in shapes:
            row = _row(self.overlay_import.pk, self.position, feature)
            self._features.append((row, feature, shape))
            self.position += 1
        self._vertices += feature.vertices
        if len(self._features) >= BATCH_FEATURES or self._vertices >= BATCH_VERTICES:
            self.flush()

    def _learn(self, feature: Feature) -> None:
        """What the whole file has: its title, its fields, its icons."""
        self._title = self._title or feature.document
        for one in feature.described_fields():
            known = self._fields.get(one.name)
            if known is not None:
                self._fields[one.name] = known if known == one else known.with_(one)
            elif len(self._fields) < MAX_FIELDS:
                self._fields[one.name] = one
        if feature.icon:
            sha256 = str(feature.style["icon"])
            OverlayIcon.objects.get_or_create(sha256=sha256, defaults={"png": feature.icon})

    def say(self, finding: kml.Finding) -> None:
        is_full = self._findings_written + len(self._findings) >= MAX_FINDINGS
        if is_full and not self._asks_first(finding):
            self.untold += 1
            return
        self._findings.append(finding)

    def _asks_first(self, finding: kml.Finding) -> bool:
        """Whether it is the first that publishing has to ask about: there is always room for it."""
        asks = bool(finding.values.get("needs_consent")) and not self._asks
        self._asks = self._asks or asks
        return asks

    def show_progress(self, progress: Progress) -> None:
        """Lets the page see how far reading is, twice a second at most."""
        self.overlay_import.kind = progress.kind
        if monotonic() - self._shown_at < PROGRESS_EVERY_S:
            return
        self._shown_at = monotonic()
        read_bytes = int(progress.share * self.overlay_import.size_bytes)
        OverlayImport.objects.filter(pk=self.overlay_import.pk).update(
            read_bytes=read_bytes, feature_count=self.position
        )

    def close(self) -> None:
        """The last batch, what the file has, and how many findings there was no room for."""
        self.flush()
        OverlayImport.objects.filter(pk=self.overlay_import.pk).update(
            title=self._title, fields=[asdict(one) for one in self._fields.values()]
        )
        if self.untold:
            values = {"count": self.untold}
            more = kml.Finding(Severity.WARNING, "more-findings", values=values)
            finding_row(self.overlay_import, more).save()

    def flush(self) -> None:
        self._write_features()
        Finding.objects.bulk_create(
            [finding_row(self.overlay_import, finding) for finding in self._findings]
        )
        self._findings_written += len(self._findings)
        self._findings, self._features, self._vertices = [], [], 0

    def _write_features(self) -> None:
        """All at once; one by one where the database refuses one of them."""
        geometries = ewkb([shape for _, _, shape in self._features], WGS84)
        rows = [(*row, geom) for (row, _, _), geom in zip(self._features, geometries, strict=True)]
        try:
            _copy(rows)
        except DatabaseError:
            for row, (_, feature, _) in zip(rows, self._features, strict=True):
                self._write_one(row, feature)

    def _write_one(self, row: Row, feature: Feature) -> None:
        try:
            _copy([row])
        except DatabaseError:
            self.say(about(feature, Severity.ERROR, "refused-by-database", {}))


@transaction.atomic
def _copy(rows: list[Row]) -> None:
    copy_rows(OverlayFeature, _COLUMNS, rows)


def finding_row(overlay_import: OverlayImport, finding: kml.Finding) -> Finding:
    return Finding(
        overlay_import=overlay_import,
        severity=finding.severity.value,
        code=finding.code,
        placemark=finding.placemark,
        folder=finding.folder,
        line=finding.line,
        values=dict(finding.values),
    )


def _row(import_id: int, position: int, feature: Feature) -> Row:
    """The values of `_COLUMNS` but the last, the geometry: those of a batch are written at once."""
    return (
        import_id,
        position,
        feature.line,
        feature.name,
        feature.folder_path,
        json.dumps(feature.folder),
        sanitise(feature.description) if feature.description else "",
        json.dumps(feature.fields),
        feature.begin,
        feature.end,
        json.dumps(feature.style),
    )
