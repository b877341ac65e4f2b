// The map as a sheet of paper: scale and legend follow the map, which may still be moved.
import { createMap } from "./create.js";
import { legendOf, lookOf, moreRow, signRow } from "./legend.js";
import { showHere } from "./shown-here.js";
import { seenIn } from "./taken-along.js";

const MM_PER_PX = 25.4 / 96; // of CSS, on paper
const LONGEST_BAR_MM = 50;
const MOST_SIGNS = 12;
const EARTH_M = 40_075_016.686; // the equator of EPSG:3857

class Sheet {
  constructor(page) {
    this.page = page;
    this.made = createMap(page.querySelector("[data-map]"));
    this.map = this.made.map;
    this.language = document.documentElement.lang;
    this._part("[data-scale]").hidden = false;
    this._part("[data-only-scripted]").removeAttribute("hidden");
    this._offerPrint();
    this.map.on("moveend zoomend", () => this._moved());
    this.map.on("overlaysready layeradd layerremove", ({ type, layer }) => {
      // The sheet has the legend: the switches need not cover the map.
      if (type === "overlaysready") this._part(".map-overlays")?.removeAttribute("open");
      const isFirst = type === "overlaysready";
      if (isFirst || this.made.overlays.includes(layer)) this._tellOverlays().then(() => this._fit(isFirst));
    });
    this._fit(true);
    showHere({ page, made: this.made, changed: (isUntouched) => this._fit(isUntouched) });
    if ("overlaysReady" in this.made.element.dataset) this._tellOverlays().then(() => this._fit(true));
  }

  /** The map takes the room that title and legend leave; at first it looks where it was to look. */
  _fit(isFirst) {
    this.map.invalidateSize({ animate: false });
    if (isFirst) this.made.look();
    this._moved();
  }

  _part(selector) {
    return this.page.querySelector(selector);
  }

  _offerPrint() {
    const button = this._part("[data-print]");
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  _moved() {
    this._scale();
    const seen = seenIn(this.made);
    for (const link of this.page.querySelectorAll("[data-sheet-link]")) {
      const url = new URL(link.href);
      url.searchParams.set("at", seen.at);
      url.hash = seen.hash;
      link.href = url;
    }
    const live = new URL(this._part("[data-live]").href);
    live.searchParams.set("at", seen.at);
    live.hash = seen.hash;
    this._part("[data-live]").href = live;
    this._part("[data-live-text]").textContent = live.href.replaceAll("%2C", ",");
  }

  /** Metres on the ground under a millimetre of paper, at the middle of the map. */
  _scale() {
    const { lat } = this.map.getCenter();
    const mPerPx = (EARTH_M * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** this.map.getZoom());
    const mPerMm = mPerPx / MM_PER_PX;
    const length_m = roundBelow(LONGEST_BAR_MM * mPerMm);
    this._part("[data-scale-bar]").style.width = `${(length_m / mPerMm).toFixed(2)}mm`;
    this._part("[data-scale-length]").textContent = this._distance(length_m);
    this._part("[data-scale-ratio]").textContent = `1:${this._number(threeDigits(mPerMm * 1000))}`;
  }

  _number(value) {
    return value.toLocaleString(this.language);
  }

  _distance(metres) {
    return metres < 1000 ? `${this._number(metres)} m` : `${this._number(metres / 1000)} km`;
  }

  async _tellOverlays() {
    const shown = this.made.overlays.filter((grid) => this.map.hasLayer(grid));
    this.telling = shown;
    const legends = await Promise.all(shown.map((grid) => this._legend(grid)));
    if (this.telling !== shown) return; // another was switched on meanwhile
    this._part("[data-overlay-legends]").replaceChildren(...legends);
    const sources = [...new Set(shown.map(({ overlay }) => overlay.attribution).filter(Boolean))];
    this._part("[data-overlay-sources]").textContent = sources.length ? ` · ${sources.join(" · ")}` : "";
  }

  async _legend({ overlay, hidden }) {
    const { signs: every, more } = overlay.legend ? await legendOf(overlay.legend) : { signs: [], more: 0 };
    const signs = every.filter((sign) => !hidden.has(lookOf(sign)));
    const rest = more + Math.max(0, signs.length - MOST_SIGNS);
    const list = document.createElement("ul");
    list.className = "map-legend list-plain";
    list.append(...signs.slice(0, MOST_SIGNS).map((sign) => signRow(sign, overlay, this.made.words)));
    if (rest) list.append(moreRow(rest, this.made.words));
    const title = document.createElement("h2");
    title.textContent = overlay.name;
    const box = document.createElement("div");
    box.className = "sheet-overlay";
    box.append(title, list);
    return box;
  }
}

/** 1, 2 or 5 times a power of ten, at most `value`. */
function roundBelow(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const first = value / power;
  return (first >= 5 ? 5 : first >= 2 ? 2 : 1) * power;
}

function threeDigits(value) {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 2);
  return Math.round(value / power) * power;
}

const page = document.querySelector(".page-print");
if (page?.querySelector("[data-map]")) new Sheet(page);
