"""Loads the demo through the product's own doors: what it shows is what the product made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.contrib.gis.geos import Point
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from shapely import MultiPolygon, Polygon
from shapely.geometry import shape

from accounts.models import Membership, Role, User
from demo import names
from demo.generate import DATA
from geodata import editions
from geodata.editions import IncomingArea
from geodata.models import Collectivity, Edition, Level, Purpose
from layers import actions as overlays
from layers import importing
from layers.mapping import PLACEMARK_NAME
from layers.models import Overlay
from reports.actions import triage
from reports.actions.submit import submit
from reports.models import Category, Submission

SERIES = "demo"
VALID_FROM = date(2016, 1, 1)
SOURCE = "Cantonnier, territoire fictif"
LICENCE = "CC0"
PASSWORD = "cantonnier"  # noqa: S105  (for 127.0.0.1; load_demo refuses where HTTPS is on)
# level → file of its areas
_FILES = {
    "region": "region",
    "departement": "departement",
    "epci": "epci",
    "canton": "cantons",
    "commune": "communes",
}
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Account:
    """Somebody to sign in as; `level` and `code` name whom they work for."""

    username: str
    first_name: str
    last_name: str
    level: str
    code: str
    role: Role
    what: str


ACCOUNTS = [
    Account("agnes", "Agnès", "Kermarrec", "commune", "9Z001", Role.AGENT, "agent, Port-Sauveur"),
    Account("malo", "Malo", "Le Bihan", "commune", "9Z001", Role.ADMINISTRATOR,
            "responsable, Port-Sauveur"),
    Account("esther", "Esther", "Quéré", "epci", names.EPCI[0][0], Role.AGENT,
            "agent, Port-Sauveur Agglomération"),
    Account("denis", "Denis", "Tanguy", "departement", "9Z", Role.AGENT,
            "agent, département de L’Estran"),
]  # fmt: skip
ADMINISTRATOR = "admin"


def is_loaded() -> bool:
    return Edition.objects.filter(series=SERIES).exists()


@transaction.atomic
def load(progress: Progress) -> None:
    """All or nothing.  Jobs that it enqueues (links) find their work done and change nothing."""
    _load_ground()
    administrator = _create_accounts()
    _load_overlays()
    _load_submissions(administrator, progress)


def _load_ground() -> None:
    _create_collectivities()
    for level, file_name in _FILES.items():
        rows = [
            IncomingArea(
                feature["properties"]["code"],
                feature["properties"]["nom"],
                cast(Polygon | MultiPolygon, shape(feature["geometry"])),
            )
            for feature in _features(file_name)
        ]
        editions.load(
            rows,
            level=Level.objects.get(code=level),
            series=SERIES,
            valid_from=VALID_FROM,
            source=SOURCE,
            licence=LICENCE,
        )


def _features(name: str) -> list[dict[str, Any]]:
    document = json.loads((DATA / f"{name}.geojson").read_text(encoding="utf-8"))
    features: list[dict[str, Any]] = document["features"]
    return features


def _create_collectivities() -> None:
    people: dict[str, int] = {}
    for feature in _features("communes"):
        about = feature["properties"]
        people[about["epci"]] = people.get(about["epci"], 0) + about["population"]
        _collectivity("commune", about["code"], about["nom"], about["population"])
    for siren, label in names.EPCI:
        _collectivity("epci", siren, label, people[siren], siren=siren)
    _collectivity("departement", "9Z", f"Département de {names.DEPARTEMENT}", sum(people.values()))
    _collectivity("region", "9Y", f"Région {names.REGION}", sum(people.values()))


def _collectivity(level: str, code: str, name: str, population: int, *, siren: str = "") -> None:
    Collectivity.objects.create(
        level=Level.objects.get(code=level),
        code=code,
        name=name,
        population=population,
        siren=siren,
    )


def _create_accounts() -> User:
    for account in ACCOUNTS:
        user = User.objects.create_user(
            account.username,
            f"{account.username}@example.org",
            PASSWORD,
            first_name=account.first_name,
            last_name=account.last_name,
        )
        Membership.objects.create(
            user=user,
            collectivity=Collectivity.objects.get(level__code=account.level, code=account.code),
            role=account.role,
        )
    return User.objects.create_superuser(
        ADMINISTRATOR, "admin@example.org", PASSWORD, first_name="Administration"
    )


def _load_overlays() -> None:
    town = Collectivity.objects.get(level__code="commune", code="9Z001")
    quartiers = _overlay("quartiers.kml", "Quartiers de Port-Sauveur", town, "#2f6fd0")
    overlays.promote(
        overlay=quartiers,
        level=Level.objects.get(code="quartier"),
        code_field="CODE",
        name_field="NOM",
        valid_from=VALID_FROM,
        by=None,
    )
    departement = Collectivity.objects.get(level__code="departement", code="9Z")
    roads = _overlay("roads.kml", f"Routes de {names.DEPARTEMENT}", departement, "#e6a01e")
    overlays.refer(
        overlay=roads,
        purpose=Purpose.ROADS,
        class_field="classe",
        ref_field="reference",
        name_field=PLACEMARK_NAME,
        manager_field="gestionnaire",
    )


def _overlay(file_name: str, name: str, collectivity: Collectivity, colour: str) -> Overlay:
    with (DATA / file_name).open("rb") as file:
        overlay_import = overlays.upload(
            overlay=None,
            name=name,
            collectivity=collectivity,
            file=File(file, name=file_name),
            by=None,
            attribution=SOURCE,
            licence=LICENCE,
            colour=colour,
        )
    importing.read(overlay_import.pk)
    overlays.publish(overlay_import=overlay_import, by=None)
    return overlay_import.overlay


def _load_submissions(administrator: User, progress: Progress) -> None:
    rows = json.loads((DATA / "submissions.json").read_text(encoding="utf-8"))
    categories = {category.code: category for category in Category.objects.all()}
    now = timezone.now()
    for number, row in enumerate(rows, start=1):
        at = now - timedelta(days=row["days_ago"])
        submission = submit(
            pin=Point(row["lon"], row["lat"], srid=4326),
            category=categories[row["category"]],
            description=row["description"],
            at=at,
        ).submission
        for step in _steps(at, row["history"], submission.status):
            _take(submission, administrator, *step)
        progress("submissions", number, len(rows))


def _steps(
    sent_at: datetime, history: list[list[Any]], status: str
) -> Iterator[tuple[datetime, str, str, str]]:
    """(moment, verb or new status, status before, words)"""
    for days, what, words in history:
        yield sent_at + timedelta(days=days), what, status, words
        status = status if what == "note" else what


def _take(
    submission: Submission, by: User, at: datetime, what: str, status: str, words: str
) -> None:
    if what == "note":
        triage.note(submission=submission, by=by, text=words, at=at)
    else:
        triage.transition(
            submission=submission, to=what, by=by, seen_status=status, reply=words, at=at
        )
