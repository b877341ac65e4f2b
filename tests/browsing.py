"""A visitor's browser, for the tests of the map."""

from dataclasses import dataclass, field

from playwright.sync_api import FrameLocator, Page, expect


@dataclass
class Visit:
    """A visitor's browser, and what it must never do."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            self.complaints.append(getattr(message, "text", ""))

    def _asked(self, request: object) -> None:
        url = getattr(request, "url", "")
        if not url.startswith((self.origin, "data:", "blob:")):
            self.complaints.append(f"asked another host: {url}")

    def go(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def map_with(self, number: int) -> None:
        """Waits until the map has drawn `number` submissions."""
        drawn = self.page.locator("[data-map]")
        expect(drawn).to_have_attribute("data-loaded-features", str(number))


def click_in_popup(page: Page | FrameLocator, name: str) -> None:
    """Follows the link `name` in the map's popup, once the map rests: it moves to make room for a
    popup, and a click on what moves would miss."""
    link = page.locator(".leaflet-popup").get_by_role("link", name=name)
    expect(link).to_be_visible()
    expect(page.locator(".leaflet-pan-anim, .leaflet-zoom-anim")).to_have_count(0)
    link.click()


def click_middle(page: Page) -> None:
    page.mouse.click(*middle_of_map(page))


def middle_of_map(page: Page) -> tuple[float, float]:
    page.locator("[data-map]").scroll_into_view_if_needed()
    box = page.locator("[data-map]").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
