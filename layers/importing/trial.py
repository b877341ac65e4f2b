"""Reading for the sake of knowing: nothing is stored."""

from dataclasses import dataclass, field
from typing import BinaryIO

from shapely.geometry.base import BaseGeometry

from geodata.kml import Feature, Finding, KmlRefused
from geodata.models import Collectivity
from layers.importing.ground import ground_of
from layers.importing.pouring import pour


@dataclass(slots=True)
class Trial:
    """What an import would give."""

    feature_count: int = 0
    findings: list[Finding] = field(default_factory=list)
    is_whole: bool = True
    """Whether the file could be read to its end."""

    def add(self, feature: Feature, shapes: list[BaseGeometry]) -> None:
        self.feature_count += len(shapes)

    def say(self, finding: Finding) -> None:
        self.findings.append(finding)

    def show_progress(self, share: float) -> None:
        pass


def try_out(file: BinaryIO, collectivity: Collectivity) -> Trial:
    trial = Trial()
    try:
        pour(file, ground_of(collectivity), trial)
    except KmlRefused as refused:
        trial.is_whole = False
        trial.say(refused.finding)
    return trial
