// Published overlays: one switch each, with its name and colour; their shapes in their own style.
import { POINT, trace } from "./tile.js";
import { VectorGrid } from "./vector-grid.js";

const L = window.L;
const REACH_PX = 8;
const MOST_SHOWN_AT_ONCE = 5;

/** The overlays anybody may look at; none where the service cannot say. */
export async function publishedOverlays(root) {
  try {
    const response = await fetch(`${root}overlays.json`);
    return response.ok ? (await response.json()).overlays : [];
  } catch {
    return [];
  }
}

export function overlayGrid(overlay) {
  return new VectorGrid({
    url: overlay.tiles,
    layerName: "overlay",
    pane: "overlays",
    minZoom: overlay.minzoom + 1,
    maxNativeZoom: overlay.maxzoom + 1,
    attribution: overlay.attribution ? escaped(overlay.attribution) : "",
    draw: (context, features, view) => drawShapes(context, features, view, overlay.colour),
  });
}

function escaped(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

/** Close by, the ground matters more than the fill that hides it: from zoom 13 on it fades. */
function fillAt(zoom) {
  return Math.max(0.25, Math.min(1, 1 - (zoom - 12) * 0.2));
}

function drawShapes(context, features, { scale, zoom }, colour) {
  context.lineJoin = "round";
  context.lineCap = "round";
  for (const feature of features) {
    if (feature.type === POINT) drawPoints(context, feature, scale(feature), colour);
    else drawShape(context, feature, scale(feature), { colour, fill: fillAt(zoom) });
  }
  context.globalAlpha = 1;
}

function drawShape(context, feature, units, { colour, fill }) {
  const style = feature.properties;
  trace(context, feature, units);
  if (feature.type !== 2) {
    context.globalAlpha = (style.fill_opacity ?? 0.25) * fill;
    context.fillStyle = style.fill ?? colour;
    context.fill("evenodd");
  }
  context.globalAlpha = style.stroke_opacity ?? 1;
  context.strokeStyle = style.stroke ?? colour;
  context.lineWidth = style.stroke_width ?? 2;
  if (context.lineWidth > 0 && style.stroke_width !== 0) context.stroke();
}

function drawPoints(context, feature, units, colour) {
  const { fill, fill_opacity: opacity } = feature.properties;
  for (const [point] of feature.rings) {
    context.beginPath();
    context.arc(point.x * units, point.y * units, 5, 0, 2 * Math.PI);
    context.globalAlpha = opacity ?? 1;
    context.fillStyle = fill ?? colour;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = "#fff";
    context.lineWidth = 1.5;
    context.stroke();
  }
}

/** The shapes of the layers in `grids` under a place, topmost layer first, as {name, folder}. */
export function shapesAt(grids, latlng) {
  return [...grids]
    .reverse()
    .flatMap((grid) => grid.featuresAt(latlng, REACH_PX))
    .map(({ feature }) => ({ name: feature.properties.name, folder: feature.properties.folder }))
    .filter(({ name, folder }) => name || folder);
}

export function describeShapes(shapes) {
  const list = document.createElement("ul");
  list.className = "map-popup list-plain";
  list.append(
    ...shapes.slice(0, 5).map(({ name, folder }) => {
      const item = document.createElement("li");
      const title = document.createElement("strong");
      title.textContent = name || folder;
      item.append(title);
      if (name && folder) {
        const path = document.createElement("span");
        path.className = "hint";
        path.textContent = folder;
        item.append(path);
      }
      return item;
    }),
  );
  return list;
}

/** The control that switches overlays; `switches` are {overlay, grid}. */
export const OverlayControl = L.Control.extend({
  options: { position: "topright" },

  initialize(switches, words) {
    this._switches = switches;
    this._words = words;
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
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.value = overlay.slug;
    input.checked = map.hasLayer(grid);
    input.addEventListener("change", () => {
      if (input.checked) map.addLayer(grid);
      else map.removeLayer(grid);
    });
    const swatch = document.createElement("span");
    swatch.className = "map-swatch";
    swatch.style.setProperty("--swatch", overlay.colour);
    label.append(input, swatch, overlay.name);
    return label;
  },
});

/** Puts the published overlays on the map; returns their grids once they are known. */
export async function addOverlays(map, root, words) {
  const overlays = await publishedOverlays(root);
  const switches = overlays.map((overlay) => ({ overlay, grid: overlayGrid(overlay) }));
  switches.slice(0, MOST_SHOWN_AT_ONCE).forEach(({ grid }) => map.addLayer(grid));
  if (switches.length) map.addControl(new OverlayControl(switches, words));
  return switches.map(({ grid }) => grid);
}
