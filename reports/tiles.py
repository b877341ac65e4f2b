"""What a tile says of a submission: nothing that its public page does not."""

from geodata.tiles import TileLayer

SUBMISSIONS = TileLayer(
    "submissions",
    "pin_3857",
    {"kind": "kind", "category": "category__code", "status": "status", "ref": "ref"},
)
