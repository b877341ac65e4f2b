// The clusters in view as buttons below the map, the largest first: for keyboards and screen readers
// what the circles are for the mouse.
import { clustersIn, countInWords } from "./clusters.js";

const L = window.L;
const MOST = 12;

export function listGroups(made, element) {
  const list = element.querySelector("ul");
  const ring = L.circleMarker([0, 0], { className: "map-ring", interactive: false });
  const refresh = () => {
    ring.remove();
    const found = clustersIn(made.submissions, made.map.getBounds());
    element.hidden = !found.length;
    element.querySelector("[data-groups-number]").textContent = found.length;
    list.replaceChildren(...found.slice(0, MOST).map((cluster) => item(made, cluster, ring)));
  };
  made.map.on("moveend", refresh);
  made.map.on("submissionsloaded", refresh);
}

function item(made, cluster, ring) {
  const row = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small button-secondary";
  button.textContent = countInWords(cluster.count, made.words, made.query);
  button.addEventListener("click", () => {
    made.openCluster(cluster);
    made.element.focus();
  });
  const point = () => ring.setLatLng(cluster.latlng).setRadius(cluster.radius + 6).addTo(made.map);
  button.addEventListener("focus", point);
  button.addEventListener("mouseenter", point);
  for (const name of ["blur", "mouseleave"]) button.addEventListener(name, () => ring.remove());
  row.append(button);
  return row;
}
