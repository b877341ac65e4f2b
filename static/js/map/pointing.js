// What the mouse points at: said in a tip, and told to the page ("submissionsover" of the map).
import { clusterAt, countInWords } from "./clusters.js";
import { submissionsAt } from "./submissions.js";

const L = window.L;

/** `made` is what createMap gives, with `submissions`, `words`, `map`, `element`. */
export function followPointer(made) {
  const { map } = made;
  const tip = L.tooltip({ direction: "top", offset: [0, -12], opacity: 1 });
  let last = null;
  let isWaiting = false;
  let isMoving = false;
  map.on("movestart", () => {
    isMoving = true;
    tip.remove();
  });
  map.on("moveend", () => {
    isMoving = false;
  });
  map.on("mouseout", () => show(made, tip, null, []));
  map.on("mousemove", ({ latlng }) => {
    last = latlng;
    if (isWaiting || isMoving) return;
    // Once a frame is often enough, and never while the map is dragged.
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      if (isMoving || !made.submissions) return;
      const found = submissionsAt(made.submissions, last);
      show(made, tip, found.length ? null : clusterAt(made.submissions, last), found);
    });
  });
}

function show({ map, element, words, query }, tip, cluster, found) {
  element.classList.toggle("map-over-pin", Boolean(cluster || found.length));
  map.fire("submissionsover", { ids: found.map(({ id }) => id) });
  if (cluster) tip.setLatLng(cluster.latlng).setContent(countInWords(cluster.count, words, query)).addTo(map);
  else if (found.length) tip.setLatLng(found[0].latlng).setContent(named(found, words)).addTo(map);
  else tip.remove();
}

function named([{ kind, category, status }, ...others], words) {
  const text = document.createElement("span");
  const more = others.length ? ` +${others.length}` : "";
  text.textContent = `${words.categories[category] ?? category} · ${words.statuses[kind]?.[status] ?? status}${more}`;
  return text;
}
