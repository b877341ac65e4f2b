// Published overlays on a map: their shapes in their own style, their names where there is room.
import { POINT, trace } from "./tile.js";
import { VectorGrid } from "./vector-grid.js";

const REACH_PX = 8;
const ICON_PX = 24;
const icons = new Map();

/** The overlays that this visitor may look at; none where the service cannot say. */
export async function publishedOverlays(root) {
  try {
    const response = await fetch(`${root}overlays.json`);
    return response.ok ? (await response.json()).overlays : [];
  } catch {
    return [];
  }
}

export function overlayGrid(overlay) {
  const grid = new VectorGrid({
    url: overlay.tiles,
    layerName: "overlay",
    markerName: "thinned",
    pane: "overlays",
    minZoom: overlay.minzoom + 1,
    maxNativeZoom: overlay.maxzoom + 1,
    attribution: overlay.attribution ? escaped(overlay.attribution) : "",
    draw: (context, features, view) => drawShapes(context, features, view, overlay, () => grid.redraw()),
  });
  grid.overlay = overlay;
  return grid;
}

/** {shown, of} where tiles were too full for all shapes, else null; one cut by tiles counts in each. */
export function thinned(grid) {
  const markers = grid.markers();
  if (!markers.length) return null;
  const sum = (key) => markers.reduce((total, marker) => total + Number(marker[key]), 0);
  return { shown: sum("shown"), of: sum("of") };
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

function drawShapes(context, features, { scale, zoom }, overlay, again) {
  context.lineJoin = "round";
  context.lineCap = "round";
  for (const feature of features) {
    const icon = feature.type === POINT ? iconOf(feature, overlay, again) : null;
    if (icon) drawIcons(context, feature, scale(feature), icon);
    else if (feature.type === POINT) drawPoints(context, feature, scale(feature), overlay.colour);
    else drawShape(context, feature, scale(feature), { colour: overlay.colour, fill: fillAt(zoom) });
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
  // Several gathered in one have no outline of their own: what lies between them is not drawn.
  context.globalAlpha = (style.stroke_opacity ?? 1) * (style.gathered ? 0.35 : 1);
  context.strokeStyle = style.stroke ?? colour;
  context.lineWidth = style.gathered ? 1 : style.stroke_width ?? 2;
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

/** The picture of a point once it is there; until then its tile is drawn without, then `again`. */
function iconOf({ properties: { icon } }, overlay, again) {
  if (!icon || !overlay.icons) return null;
  const url = overlay.icons.replace("DIGEST", encodeURIComponent(icon));
  if (!icons.has(url)) {
    const image = new Image();
    image.addEventListener("load", again, { once: true });
    image.src = url;
    icons.set(url, image);
  }
  const image = icons.get(url);
  return image.complete && image.naturalWidth ? image : null;
}

function drawIcons(context, { rings, properties }, units, image) {
  const size = ICON_PX * Math.max(0.25, Math.min(2, properties.icon_scale ?? 1));
  const width = (size * image.naturalWidth) / Math.max(image.naturalWidth, image.naturalHeight);
  const height = (size * image.naturalHeight) / Math.max(image.naturalWidth, image.naturalHeight);
  context.globalAlpha = 1;
  for (const [point] of rings) {
    context.drawImage(image, point.x * units - width / 2, point.y * units - height / 2, width, height);
  }
}

/** The shapes of the grids under a place, topmost layer first: {name, folder, gathered, url}. */
export function shapesAt(grids, latlng) {
  return [...grids]
    .reverse()
    .flatMap((grid) => grid.featuresAt(latlng, REACH_PX).map(({ feature }) => shapeOf(grid.overlay, feature)))
    .filter(({ name, folder, gathered, url }) => name || folder || gathered || url);
}

function shapeOf(overlay, { id, properties: { name, folder, gathered } }) {
  const url = overlay?.shape && id !== undefined && !gathered ? overlay.shape.replace("/0/", `/${id}/`) : "";
  return { name, folder, gathered, url, overlay: overlay?.name ?? "" };
}
