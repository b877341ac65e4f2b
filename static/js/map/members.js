// Where zooming tells nothing more apart: the way to the list of what lies there.
import { countInWords } from "./clusters.js";

const L = window.L;
const EDGE = 1e-6; // degrees, 0.1 m: places in tiles are that exact

/** A link to the list of what the map's filter lets through within some places. */
export function linkToList({ root, query, words }, places) {
  const bounds = L.latLngBounds(places);
  const [west, south, east, north] = [
    bounds.getWest() - EDGE, bounds.getSouth() - EDGE, bounds.getEast() + EDGE, bounds.getNorth() + EDGE,
  ].map((degrees) => degrees.toFixed(7));
  const params = new URLSearchParams(query);
  params.set("bbox", [west, south, east, north].join(","));
  const link = document.createElement("a");
  link.href = `${root}map/?${params}`;
  link.textContent = words.listed;
  return link;
}

/** What a popup says of a cluster that no zoom takes apart. */
export function describeCluster(made, { count, bounds }) {
  const text = document.createElement("p");
  text.className = "map-popup";
  text.append(countInWords(count, made.words, made.query), document.createElement("br"), linkToList(made, bounds));
  return text;
}
