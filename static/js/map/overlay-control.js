// The panel of overlays: on or off, how strong, what the signs mean, and all shapes as a list.
// Choices stay with the browser; `#overlays=a,b` in the address says for once which are on.
import { Labels } from "./labels.js";
import { overlayGrid, publishedOverlays, thinned } from "./overlays.js";

const L = window.L;
const MOST_SHOWN_AT_ONCE = 5;
const STORED = "cantonnier.overlays";

/** Puts the published overlays on the map; returns their grids once they are known. */
export async function addOverlays(map, root, words) {
  const overlays = await publishedOverlays(root);
  const chosen = new Choices(overlays.map(({ slug }) => slug));
  const switches = overlays.map((overlay) => ({ overlay, grid: overlayGrid(overlay) }));
  const grids = switches.map(({ grid }) => grid);
  for (const { overlay, grid } of switches) {
    grid.setOpacity(chosen.opacity(overlay.slug));
    if (chosen.isOn(overlay.slug)) map.addLayer(grid);
  }
  if (switches.length) map.addControl(new OverlayControl(switches, words, chosen));
  nameShapes(map, grids);
  return grids;
}

/** Names of the shapes on show, again whenever what is on show changes. */
function nameShapes(map, grids) {
  const labels = new Labels(map, { className: "map-label map-label-overlay" });
  const refresh = () => labels.refresh(grids.filter((grid) => map.hasLayer(grid)));
  for (const grid of grids) grid.on("load", refresh);
  map.on("moveend layeradd layerremove", ({ layer, type }) => {
    if (type === "moveend" || grids.includes(layer)) refresh();
  });
}

/** What this browser chose before, of overlays that are still there. */
class Choices {
  constructor(slugs) {
    this.slugs = slugs;
    this.stored = read();
    const wanted = new URLSearchParams(location.hash.slice(1)).get("overlays");
    this.named = wanted === null ? null : wanted.split(",");
  }

  isOn(slug) {
    if (this.named) return this.named.includes(slug);
    return this.stored[slug]?.on ?? this.slugs.indexOf(slug) < MOST_SHOWN_AT_ONCE;
  }

  opacity(slug) {
    const opacity = Number(this.stored[slug]?.opacity ?? 1);
    return opacity >= 0.1 && opacity <= 1 ? opacity : 1;
  }

  keep(slug, change) {
    this.stored[slug] = { ...this.stored[slug], ...change };
    try {
      localStorage.setItem(STORED, JSON.stringify(this.stored));
    } catch {
      // A browser that keeps nothing forgets the choice, no more.
    }
  }
}

function read() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    return typeof stored === "object" && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

const OverlayControl = L.Control.extend({
  options: { position: "topright" },

  initialize(switches, words, chosen) {
    Object.assign(this, { _switches: switches, _words: words, _chosen: chosen });
  },

  onAdd(map) {
    const box = document.createElement("details");
    box.className = "map-overlays leaflet-bar";
    box.open = map.getSize().x > 640;
    const summary = document.createElement("summary");
    summary.textContent = this._words.overlays;
    box.append(summary, ...this._switches.map((one) => this._row(map, one)));
    L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
    return box;
  },

  _row(map, { overlay, grid }) {
    const row = document.createElement("div");
    const more = this._more(map, overlay, grid);
    const show = () => {
      more.hidden = !map.hasLayer(grid);
      if (!more.hidden) this._fillLegend(overlay, more.querySelector(".map-legend"));
    };
    row.append(this._switch(map, overlay, grid, show), more);
    show();
    return row;
  },

  _switch(map, overlay, grid, show) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.value = overlay.slug;
    input.checked = map.hasLayer(grid);
    input.addEventListener("change", () => {
      if (input.checked) map.addLayer(grid);
      else map.removeLayer(grid);
      this._chosen.keep(overlay.slug, { on: input.checked });
      show();
    });
    label.append(input, swatch({ fill: overlay.colour, fill_opacity: 1, kind: 2, stroke_width: 0 }, overlay), overlay.name);
    return label;
  },

  _more(map, overlay, grid) {
    const more = document.createElement("div");
    more.className = "map-overlay-more";
    const legend = document.createElement("ul");
    legend.className = "map-legend list-plain";
    legend.setAttribute("aria-label", `${this._words.legend}: ${overlay.name}`);
    more.append(this._slider(overlay, grid), this._thinned(map, grid), legend);
    if (overlay.shapes) more.append(link(overlay.shapes, this._words.shapes_list));
    return more;
  },

  _slider(overlay, grid) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: "10", max: "100", step: "10" });
    input.value = String(Math.round(this._chosen.opacity(overlay.slug) * 100));
    input.setAttribute("aria-label", `${this._words.opacity}: ${overlay.name}`);
    input.addEventListener("input", () => grid.setOpacity(Number(input.value) / 100));
    input.addEventListener("change", () => this._chosen.keep(overlay.slug, { opacity: Number(input.value) / 100 }));
    label.append(this._words.opacity, input);
    return label;
  },

  /** Says so where tiles could not hold all shapes. */
  _thinned(map, grid) {
    const said = document.createElement("p");
    said.className = "map-thinned";
    said.setAttribute("aria-live", "polite");
    const tell = () => {
      const { shown, of } = (map.hasLayer(grid) && thinned(grid)) || { shown: 0, of: 0 };
      const text = this._words.thinned.replace("{shown}", shown).replace("{of}", of);
      said.textContent = of ? text : "";
    };
    grid.on("load", tell);
    return said;
  },

  /** Asked for when an overlay is first shown. */
  async _fillLegend(overlay, list) {
    if (!overlay.legend || list.dataset.asked) return;
    list.dataset.asked = "yes";
    const { signs, more } = await legendOf(overlay.legend);
    list.append(...signs.map((sign) => signRow(sign, overlay, this._words)));
    if (more) list.append(item(this._words.more_signs.replace("{n}", more)));
    list.hidden = !list.children.length;
  },
});

export async function legendOf(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.json() : { signs: [], more: 0 };
  } catch {
    return { signs: [], more: 0 };
  }
}

export function signRow(sign, overlay, words) {
  const kind = [words.points, words.lines, words.surfaces][sign.kind];
  const row = item("");
  row.append(swatch(sign, overlay), `${sign.label || kind} (${sign.count})`);
  return row;
}

function item(text) {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}

function link(url, text) {
  const element = document.createElement("a");
  element.href = url;
  element.textContent = text;
  return element;
}

/** A little picture of a sign: icon, dot, line or surface, in its colours. */
function swatch(sign, { colour }) {
  if (sign.icon) {
    const image = document.createElement("img");
    Object.assign(image, { src: sign.icon, alt: "", width: 18, height: 18 });
    return image;
  }
  const element = document.createElement("span");
  element.className = `map-swatch map-swatch-${["point", "line", "surface"][sign.kind] ?? "surface"}`;
  element.setAttribute("aria-hidden", "true");
  element.style.setProperty("--swatch", sign.fill ?? colour);
  element.style.setProperty("--swatch-stroke", sign.stroke ?? colour);
  element.style.setProperty("--swatch-opacity", sign.fill_opacity ?? (sign.kind === 0 ? 1 : 0.25));
  element.style.setProperty("--swatch-width", `${Math.min(6, sign.stroke_width ?? 2)}px`);
  return element;
}
