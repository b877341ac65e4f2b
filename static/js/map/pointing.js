// What the mouse points at: said in a tip, and told to the page ("submissionsover" of the map).
import { clusterAt, countInWords } from "./clusters.js";
import { submissionsAt } from "./submissions.js";

const L = window.L;

/** A tip for what the mouse points at; `look(latlng)` is called once a frame at most, and never while
 *  the map is dragged: that takes the tip away. */
export function onPointing(map, look) {
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
  map.on("mousemove", ({ latlng }) => {
    last = latlng;
    if (isWaiting || isMoving) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      if (!isMoving) look(last);
    });
  });
  return tip;
}

/** `made` is what createMap gives, with `submissions`, `words`, `map`, `element`. */
export function followPointer(made) {
  const tip = onPointing(made.map, (latlng) => {
    if (!made.submissions) return;
    const found = submissionsAt(made.submissions, latlng);
    show(made, tip, found.length ? null : clusterAt(made.submissions, latlng), found);
  });
  made.map.on("mouseout", () => show(made, tip, null, []));
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
