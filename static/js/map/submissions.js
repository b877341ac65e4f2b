// The pins of submissions: drawing, and what a click on one says.
import { clusterAt, drawClusters, isCluster, merged } from "./clusters.js";
import { linkToList } from "./members.js";
import { statusColours, symbolOf } from "./shapes.js";
import { VectorGrid } from "./vector-grid.js";

const REACH_PX = 14; // a fingertip
const MOST_IN_A_POPUP = 6;
const SLICE = 500; // pins, some 1 ms
const ON_TOP = ["rejected", "resolved", "scheduled", "in_progress", "new"];

export function submissionGrid(root, query) {
  const colours = statusColours();
  return new VectorGrid({
    url: submissionTiles(root, query),
    layerName: "submissions",
    pane: "pins",
    prepare: (features) => inOrder(merged(features)),
    slice: SLICE,
    draw: (context, features, view) => drawPins(context, features, view, colours),
  });
}

export function submissionTiles(root, query) {
  return `${root}tiles/submissions/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`;
}

/** What is drawn later lies on top: clusters below, open ones above closed ones. */
function inOrder(features) {
  const clusters = [];
  const pins = Object.fromEntries(ON_TOP.map((status) => [status, []]));
  for (const feature of features) {
    if (isCluster(feature)) clusters.push(feature);
    else (pins[feature.properties.status] ?? pins.rejected).push(feature);
  }
  return [clusters, ...Object.values(pins)].flat();
}

function drawPins(context, all, { zoom, scale }, colours) {
  drawClusters(context, all.filter(isCluster), scale);
  const radius = zoom < 8 ? 3.5 : zoom < 11 ? 5 : zoom < 14 ? 6.5 : 8;
  const ratio = window.devicePixelRatio || 1;
  for (const feature of all) {
    if (isCluster(feature)) continue;
    const { status, kind } = feature.properties;
    const { picture, half } = symbolOf({ radius, status, kind, colour: colours[status] }, ratio);
    const units = scale(feature);
    for (const [{ x, y }] of feature.rings) {
      // On whole pixels, where a copy is sharp and nothing has to be blended.
      const left = Math.round((x * units - half) * ratio) / ratio;
      const top = Math.round((y * units - half) * ratio) / ratio;
      context.drawImage(picture, left, top, 2 * half, 2 * half);
    }
  }
}

/** The submissions under a place, once each, nearest first. */
export function submissionsAt(grid, latlng) {
  const found = new Map();
  for (const { feature, latlng: place } of grid.featuresAt(latlng, REACH_PX, (one) => !isCluster(one))) {
    found.set(feature.id, { id: feature.id, latlng: place(), ...feature.properties });
  }
  return [...found.values()];
}

export { clusterAt };

/** What a popup says of some submissions: a link each, to as many as it has room for.  To the others
 *  one zooms in, or, where that is not possible, follows a link to the list. */
export function describeSubmissions(found, made) {
  const { map, words } = made;
  const list = document.createElement("ul");
  list.className = "map-popup list-plain";
  list.append(...found.slice(0, MOST_IN_A_POPUP).map((one) => describe(one, words)));
  if (found.length > MOST_IN_A_POPUP) {
    const more = document.createElement("li");
    more.className = "hint";
    if (map.getZoom() < map.getMaxZoom()) more.textContent = words.more.replace("{n}", found.length - MOST_IN_A_POPUP);
    else more.append(linkToList(made, found.map(({ latlng }) => latlng)));
    list.append(more);
  }
  return list;
}

function describe({ id, kind, category, status }, words) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = words.submission_url.replace("/0/", `/${id}/`);
  link.textContent = words.categories[category] ?? category;
  const tag = document.createElement("span");
  tag.className = `tag tag-status-${status}`;
  tag.textContent = words.statuses[kind]?.[status] ?? status;
  item.append(link, " ", tag);
  return item;
}
