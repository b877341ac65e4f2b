// The pins of submissions: drawing, and what a click on one says.
import { clusterAt, drawClusters, isCluster, merged } from "./clusters.js";
import { drawPin, statusColours } from "./shapes.js";
import { VectorGrid } from "./vector-grid.js";

const REACH_PX = 14; // a fingertip
const MOST_IN_A_POPUP = 6;
const ON_TOP = ["rejected", "resolved", "scheduled", "in_progress", "new"];

export function submissionGrid(root, query) {
  const colours = statusColours();
  return new VectorGrid({
    url: submissionTiles(root, query),
    layerName: "submissions",
    pane: "pins",
    prepare: merged,
    draw: (context, features, view) => drawPins(context, features, view, colours),
  });
}

export function submissionTiles(root, query) {
  return `${root}tiles/submissions/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`;
}

function drawPins(context, all, { zoom, scale }, colours) {
  drawClusters(context, all.filter(isCluster), scale);
  const features = all.filter((feature) => !isCluster(feature));
  const radius = zoom < 8 ? 3.5 : zoom < 11 ? 5 : zoom < 14 ? 6.5 : 8;
  const rank = (feature) => ON_TOP.indexOf(feature.properties.status);
  for (const feature of features.sort((a, b) => rank(a) - rank(b))) {
    const { status, kind } = feature.properties;
    const units = scale(feature);
    for (const [point] of feature.rings) {
      const place = { x: point.x * units, y: point.y * units };
      drawPin(context, { ...place, radius, status, kind, colour: colours[status] });
    }
  }
}

/** The submissions under a place, once each, nearest first. */
export function submissionsAt(grid, latlng) {
  const found = new Map();
  for (const { feature } of grid.featuresAt(latlng, REACH_PX)) {
    if (!isCluster(feature)) found.set(feature.id, { id: feature.id, ...feature.properties });
  }
  return [...found.values()];
}

export { clusterAt };

/** What a popup says of some submissions: a link each. */
export function describeSubmissions(found, words) {
  const list = document.createElement("ul");
  list.className = "map-popup list-plain";
  list.append(...found.slice(0, MOST_IN_A_POPUP).map((one) => describe(one, words)));
  if (found.length > MOST_IN_A_POPUP) {
    const more = document.createElement("li");
    more.className = "hint";
    more.textContent = words.more.replace("{n}", found.length - MOST_IN_A_POPUP);
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
