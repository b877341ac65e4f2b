"""The ground benches stand on: all of France where the real data is there, else the toy world."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from geodata.cog import PACKAGE
from geodata.models import Area
from tests import world

FRANCE = Path(settings.BASE_DIR).parent / "shared" / "data" / "france"
_FILES = {
    "region": "regions.geojson",
    "departement": "departements.geojson",
    "canton": "cantons",
    "commune": "communes",
}


def prepare() -> None:
    """Load the ground once; the bench's database keeps it."""
    if not Area.objects.exists():
        _load()
    if FRANCE.is_dir() and not Area.objects.filter(level__code="epci").exists():
        _add_epcis()


def _load() -> None:
    if not FRANCE.is_dir():
        print(f"No real data at {FRANCE}: figures are of the toy world.", file=sys.stderr)
        world.build()
        return
    for level, file in _FILES.items():
        call_command(
            "load_edition",
            *(f"--level={level}", f"--file={FRANCE / file}", "--code-field=code"),
            *("--name-field=nom", "--valid-from=2018-01-01", "--commit"),
            stdout=sys.stderr,
        )


def _add_epcis() -> None:
    """Collectivities and the EPCI level come from a package that may not have been fetched."""
    if not (settings.BASE_DIR / PACKAGE).is_dir():
        print("No EPCI level: script/cog has not been run.", file=sys.stderr)
        return
    call_command("load_cog", "--commit", stdout=sys.stderr)
