"""Classes of the map by area, and the colours they have."""

import random
import re
from itertools import pairwise

import pytest
from django.conf import settings

from tests.browsing import Visit

CLASSES = """async (values) => {
    const script = document.querySelector('script[src*="js/explore"]').src;
    const { classesOf, toneFor } = await import(new URL("map/classes.js", script));
    const classes = classesOf(values);
    return { classes, tones: values.map((value) => toneFor(value, classes)) };
}"""

PAINTED_TWICE = """async () => {
    const script = document.querySelector('script[src*="js/explore"]').src;
    const { VectorGrid } = await import(new URL("map/vector-grid.js", script));
    const draw = (context) => {
        context.fillStyle = "rgb(0 0 0 / 50%)";
        context.fillRect(0, 0, 8, 8);
    };
    const grid = new VectorGrid({ url: "", draw, slice: 1 });
    const canvas = document.createElement("canvas");
    const tile = { canvas, features: [{}], request: new AbortController() };
    const coords = { x: 0, y: 0, z: 1 };
    await Promise.all([grid._paint(tile, coords), grid._paint(tile, coords)]);
    return canvas.getContext("2d").getImageData(2, 2, 1, 1).data[3];
}"""


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_each_tone_is_darker_by_half_than_the_one_before() -> None:
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    tones = re.findall(r"--area-[1-5]: (#[0-9a-f]{6});", css)
    assert len(tones) == 5
    lights = [luminance(tone) + 0.05 for tone in tones]
    assert min(lighter / darker for lighter, darker in pairwise(lights)) > 1.5


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_classes_are_quantiles_in_order_and_never_part_equal_values(visit: Visit) -> None:
    visit.go("/map/")
    visit.page.wait_for_load_state("networkidle")
    dice = random.Random(5)
    for size in (1, 4, 9, 60, 500):
        values = [int(dice.paretovariate(0.7)) - 1 for _ in range(size)] + [0, None]
        told = visit.page.evaluate(CLASSES, values)
        classes, tones = told["classes"], told["tones"]
        assert len(classes) <= 5
        assert tones[-2:] == [0, None]
        for one in classes:
            within = [v for v in values if v and one["from"] <= v <= one["to"]]
            assert (min(within), max(within)) == (one["from"], one["to"])
            assert {t for v, t in zip(values, tones, strict=True) if v in within} == {one["tone"]}
        assert all(a["to"] < b["from"] and a["tone"] < b["tone"] for a, b in pairwise(classes))
        assert sum(t is not None and t > 0 for t in tones) == sum(bool(v) for v in values)
    even = visit.page.evaluate(CLASSES, list(range(1, 101)))["classes"]
    assert [(one["from"], one["to"]) for one in even] == [
        (1, 20),
        (21, 40),
        (41, 60),
        (61, 80),
        (81, 100),
    ]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_painted_anew_meanwhile_is_not_painted_twice(visit: Visit) -> None:
    """Colours let the ground through: twice is darker than the legend."""
    visit.go("/map/")
    visit.page.wait_for_load_state("networkidle")
    assert visit.page.evaluate(PAINTED_TWICE) == pytest.approx(128, abs=1)
