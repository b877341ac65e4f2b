"""Several layers in one file: a person chooses."""

from geodata.sources import EVERY_LAYER, NeedsAnswer, Unreadable


def chosen(layers: list[str], wanted: str) -> list[str]:
    """The layers to read.  Raises NeedsAnswer where nobody chose, Unreadable for unknown ones."""
    if wanted == EVERY_LAYER:
        return layers
    if wanted and wanted not in layers:
        raise Unreadable("no-such-layer", layer=wanted[:100], layers=", ".join(layers))
    if not wanted and len(layers) > 1:
        raise NeedsAnswer(
            "which-layer",
            asks="layer",
            choices=(*layers, EVERY_LAYER),
            layers=", ".join(layers),
        )
    return [wanted] if wanted else layers
