// The list beside the map points at pins, and pins point at the list.
const L = window.L;
const EDGE_PX = 40;

export function keepInStep(made, list) {
  const ring = L.circleMarker([0, 0], { radius: 14, className: "map-ring", interactive: false });
  const point = ({ target, type }) => {
    const item = target.closest("[data-lon]");
    if (!item) return ring.remove();
    const place = L.latLng(item.dataset.lat, item.dataset.lon);
    ring.setLatLng(place).addTo(made.map);
    if (type === "focusin") made.map.panInside(place, { padding: [EDGE_PX, EDGE_PX] });
  };
  list.addEventListener("mouseover", point);
  list.addEventListener("focusin", point);
  list.addEventListener("mouseleave", () => ring.remove());
  list.addEventListener("focusout", () => ring.remove());
  list.addEventListener("keydown", walk);
  made.map.on("submissionsover", ({ ids }) => mark(list, ids));
}

/** Up and down go from one submission to the next; Enter follows its link, as everywhere. */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...event.currentTarget.querySelectorAll("[data-ref]")];
  const here = links.indexOf(document.activeElement);
  if (!step || here < 0) return;
  event.preventDefault();
  links[here + step]?.focus();
}

function mark(list, ids) {
  for (const item of list.querySelectorAll("[data-id]")) {
    item.classList.toggle("is-pointed-at", ids.includes(Number(item.dataset.id)));
  }
}
