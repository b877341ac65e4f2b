"""The map with 100,000 pins in view, in headless Chromium, panned and zoomed, frame by frame.

The page is the real one; its tiles of submissions are answered by the bench, since the service
itself never sends so many (it counts them, docs/adr/0016).  Chromium renders in software here:
with a graphics card frames are shorter.
"""

import math
import random
import statistics
from collections.abc import Iterator
from functools import cache
from typing import Any

import mapbox_vector_tile  # type: ignore[import-untyped]
from playwright.sync_api import Page, Route, sync_playwright

from benchmarks.figures import Figure
from benchmarks.tile_servers import serve

NEEDS_GROUND = False
_IN_VIEW = 100_000
_WIDTH, _HEIGHT = 1280, 900
_FRAME_MS, _LONG_TASK_MS = 20, 200
_KINDS = ("report", "proposal")
_STATUSES = ("new", "in_progress", "scheduled", "resolved", "rejected")

_WATCH = """() => {
    window.tasks = [];
    new PerformanceObserver((list) => {
        for (const task of list.getEntries()) window.tasks.push(task.duration);
    }).observe({ type: "longtask" });
}"""
_FRAMES = """() => {
    window.frames_ms = [];
    let last = performance.now();
    const tick = (now) => {
        window.frames_ms.push(now - last);
        last = now;
        if (!window.isOver) requestAnimationFrame(tick);
    };
    window.tasks.length = 0;
    requestAnimationFrame(tick);
}"""


def figures() -> Iterator[Figure]:
    with serve() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        seen = _open(page, f"http://127.0.0.1:{port}/map/?bbox=-1.6,47.19,-1.5,47.25")
        yield Figure("map.pins in view", seen, "", None, _IN_VIEW, is_least=True)
        for name, move in (("pan", _pan), ("zoom", _zoom)):
            yield from _measured(page, name, move)
        browser.close()


def _measured(page: Page, name: str, move: Any) -> Iterator[Figure]:
    page.evaluate("window.isOver = false")
    page.evaluate(_FRAMES)
    move(page)
    page.evaluate("window.isOver = true")
    frames = sorted(page.evaluate("window.frames_ms")[1:])
    longest = max(page.evaluate("window.tasks"), default=0.0)
    median = statistics.median(frames)
    yield Figure(f"map.{name}, median frame", median, "ms", median / _FRAME_MS, 1)
    yield Figure(f"map.{name}, 95th of 100 frames", frames[int(len(frames) * 0.95)], "ms")
    yield Figure(f"map.{name}, longest task", longest, "ms", longest / _LONG_TASK_MS, 1)


def _open(page: Page, url: str) -> float:
    """Loads the map over the bench's tiles; how many pins are then in view."""
    page.add_init_script(f"({_WATCH})()")
    page.route("**/tiles/submissions/**", _answer)
    page.goto(url)
    page.wait_for_selector("[data-map][data-loaded-features]", timeout=120_000)
    box = page.locator("[data-map]").bounding_box()
    assert box
    return _per_tile() * box["width"] * box["height"] / 512**2


def _pan(page: Page) -> None:
    """Drags the map by half its width and back, three times, over ground not seen before, too."""
    box = page.locator("[data-map]").bounding_box()
    assert box
    left, right = box["x"] + box["width"] * 0.25, box["x"] + box["width"] * 0.75
    middle = box["y"] + box["height"] / 2
    for start, end in ((right, left), (right, left), (left, right)):
        page.mouse.move(start, middle)
        page.mouse.down()
        page.mouse.move(end, middle + 40, steps=60)
        page.mouse.up()
    page.wait_for_timeout(1_500)


def _zoom(page: Page) -> None:
    page.locator("[data-map]").focus()
    for key in ("-", "+"):
        page.keyboard.press(key)
        page.wait_for_timeout(2_500)


def _answer(route: Route) -> None:
    route.fulfill(body=_tile(), content_type="application/vnd.mapbox-vector-tile")


@cache
def _tile() -> bytes:
    chance = random.Random(1)
    places = [(chance.randrange(4096), chance.randrange(4096)) for _ in range(_per_tile())]
    features = [
        {
            "id": number,
            "geometry": f"POINT({x} {y})",
            "properties": {
                "kind": chance.choice(_KINDS),
                "category": "voirie",
                "status": chance.choice(_STATUSES),
            },
        }
        for number, (x, y) in enumerate(places)
    ]
    return bytes(mapbox_vector_tile.encode({"name": "submissions", "features": features}))


def _per_tile() -> int:
    """For a map of at least 800 × 600 px."""
    return math.ceil(_IN_VIEW * 512**2 / (800 * 600))
