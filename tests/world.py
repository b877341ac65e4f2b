"""The toy world: squares one degree wide, so that any expected answer can be read off the numbers.

    lat 47 ┌──────────┬──────────┐
           │ C  90003 │ D  90004 │    EPCI North (200000002) = C, D
    lat 46 ├──────────┼──────────┤
           │ A  90001 │ B  90002 │    EPCI South (200000001) = A, B
    lat 45 └──────────┴──────────┘
        lon 0          1          2

Département 90 and région 99 are the whole.  Canton 9001 cuts A and B: lon 0.5 to 1.5, lat 45 to 46.
At equal width the northern squares are the smaller ones: C < A, and they own a shared border.
Quartier A1 is the south-western quarter of A.
"""

from dataclasses import dataclass, field
from datetime import date

from shapely import box

from accounts.models import Membership, Role, User
from geodata import editions
from geodata.editions import IncomingArea
from geodata.models import Area, Collectivity, Edition, Level

VALID_FROM = date(2018, 1, 1)

# level → code → (name, west, south, east, north, has a collectivity)
GROUND = {
    "region": {"99": ("Région", 0, 45, 2, 47, True)},
    "departement": {"90": ("Département", 0, 45, 2, 47, True)},
    "epci": {
        "200000001": ("South", 0, 45, 2, 46, True),
        "200000002": ("North", 0, 46, 2, 47, True),
    },
    "canton": {"9001": ("Canton across", 0.5, 45, 1.5, 46, False)},
    "commune": {
        "90001": ("A", 0, 45, 1, 46, True),
        "90002": ("B", 1, 45, 2, 46, True),
        "90003": ("C", 0, 46, 1, 47, True),
        "90004": ("D", 1, 46, 2, 47, True),
    },
    "quartier": {"A1": ("A south-west", 0, 45, 0.5, 45.5, False)},
}


@dataclass
class World:
    """Handles on the toy world.  Alice, Bob and Ada work for commune A (Bob manages, Ada
    administers), Charlie for C, Dora for the département; Root is a superuser.  Everybody's
    password is `correct horse`."""

    editions: dict[str, Edition] = field(default_factory=dict)

    def area(self, level: str, code: str) -> Area:
        return Area.objects.current().get(level__code=level, code=code)

    def collectivity(self, level: str, code: str) -> Collectivity:
        return Collectivity.objects.get(level__code=level, code=code)

    def user(self, username: str) -> User:
        return User.objects.get(username=username)


STAFF = [
    ("alice", "commune", "90001", Role.AGENT),
    ("bob", "commune", "90001", Role.MANAGER),
    ("ada", "commune", "90001", Role.ADMINISTRATOR),
    ("charlie", "commune", "90003", Role.AGENT),
    ("dora", "departement", "90", Role.AGENT),
]


def build() -> World:
    world = World()
    for level_code, ground in GROUND.items():
        level = Level.objects.get(code=level_code)
        rows = [
            IncomingArea(code, name, box(*bounds), _collectivity(level, code, name, has_one))
            for code, (name, *bounds, has_one) in ground.items()
        ]
        world.editions[level_code] = editions.load(rows, level=level, valid_from=VALID_FROM)
    for username, level_code, code, role in STAFF:
        user = User.objects.create_user(username, f"{username}@example.org", "correct horse")
        Membership.objects.create(
            user=user, collectivity=world.collectivity(level_code, code), role=role
        )
    User.objects.create_superuser("root", "root@example.org", "correct horse")
    return world


def _collectivity(level: Level, code: str, name: str, has_one: bool) -> Collectivity | None:
    if not has_one:
        return None
    return Collectivity.objects.get_or_create(level=level, code=code, defaults={"name": name})[0]
