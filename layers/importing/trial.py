"""Reading for the sake of knowing: nothing is stored."""

from dataclasses import dataclass, field
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from geodata.kml import Feature, Finding, KmlRefused
from geodata.models import Collectivity
from geodata.reading import Progress
from geodata.sources import NeedsAnswer, Options
from layers.importing.ground import ground_of
from layers.importing.pouring import pour


@dataclass(slots=True)
class Trial:
    """What an import would give."""

    feature_count: int = 0
    kind: str = ""
    findings: list[Finding] = field(default_factory=list)
    is_whole: bool = True
    """Whether the file could be read to its end."""
    question: NeedsAnswer | None = None

    def add(self, feature: Feature, shapes: list[BaseGeometry]) -> None:
        self.feature_count += len(shapes)

    def say(self, finding: Finding) -> None:
        self.findings.append(finding)

    def show_progress(self, progress: Progress) -> None:
        self.kind = progress.kind


def try_out(path: Path, collectivity: Collectivity, options: Options | None = None) -> Trial:
    trial, ground = Trial(), ground_of(collectivity)
    try:
        pour(path, options or Options(), ground, trial)
    except KmlRefused as refused:
        trial.is_whole = False
        trial.say(refused.finding)
    except NeedsAnswer as question:
        trial.is_whole = False
        trial.question = question
    return trial
