// The panel of overlays: on or off, how strong, what the signs mean, and all shapes as a list.
// Choices stay with the browser; `#overlays=a,b&hide=a:2.3` in the address says for once which are
// on, and which signs of their legends (from 1) are not.
import { Labels } from "./labels.js";
import { legendOf, lookOf, moreRow, signRow, swatch } from "./legend.js";
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
    const hidden = await chosen.hidden(overlay);
    grid.options.shows = (feature) => !hidden.size || !hidden.has(lookOf(feature));
    grid.hidden = hidden;
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
  for (const grid of grids) grid.on("load repainted", refresh);
  map.on("moveend layeradd layerremove", ({ layer, type }) => {
    if (type === "moveend" || grids.includes(layer)) refresh();
  });
}

/** What this browser chose before, of overlays that are still there. */
class Choices {
  constructor(slugs) {
    this.slugs = slugs;
    this.stored = read();
    const named = new URLSearchParams(location.hash.slice(1));
    this.named = named.get("overlays")?.split(",") ?? null;
    this.named_hidden = new Map(named.get("hide")?.split(",").map((one) => one.split(":")));
  }

  isOn(slug) {
    if (this.named) return this.named.includes(slug);
    return this.stored[slug]?.on ?? this.slugs.indexOf(slug) < MOST_SHOWN_AT_ONCE;
  }

  opacity(slug) {
    const opacity = Number(this.stored[slug]?.opacity ?? 1);
    return opacity >= 0.1 && opacity <= 1 ? opacity : 1;
  }

  /** The looks (see `lookOf`) of those signs that are off. */
  async hidden({ slug, legend }) {
    const named = this.named_hidden.get(slug)?.split(".");
    if (named && legend) {
      const { signs } = await legendOf(legend);
      return new Set(named.flatMap((number) => signs[number - 1] ?? []).map(lookOf));
    }
    const stored = this.stored[slug]?.hidden;
    return new Set(Array.isArray(stored) ? stored : []);
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
      if (!more.hidden) this._fillLegend(overlay, grid, more.querySelector(".map-legend"));
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

  /** Asked for when an overlay is first shown.  Where there are several signs, each is a switch. */
  async _fillLegend(overlay, grid, list) {
    if (!overlay.legend || list.dataset.asked) return;
    list.dataset.asked = "yes";
    const { signs, more } = await legendOf(overlay.legend);
    const change = signs.length > 1 || more ? (sign, isOn) => this._show(overlay, grid, sign, isOn) : null;
    const isOn = (sign) => !grid.hidden.has(lookOf(sign));
    list.append(...signs.map((sign) => signRow(sign, overlay, this._words, { change, isOn: isOn(sign) })));
    if (more) list.append(moreRow(more, this._words));
    list.hidden = !list.children.length;
  },

  _show(overlay, grid, sign, isOn) {
    if (isOn) grid.hidden.delete(lookOf(sign));
    else grid.hidden.add(lookOf(sign));
    this._chosen.keep(overlay.slug, { hidden: [...grid.hidden] });
    grid.repaint();
  },
});

function link(url, text) {
  const element = document.createElement("a");
  element.href = url;
  element.textContent = text;
  return element;
}
