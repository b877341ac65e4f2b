// Names of areas and overlays, written where they fit and nowhere else.
import { LINE, POINT } from "./tile.js";

const L = window.L;
const MOST = 120;
const CHARACTER_PX = 6.6;
const LINE_PX = 16;
const POINTS_NAMED_FROM = 14; // zooms of the map
const LINES_NAMED_FROM = 13;

/** A layer group that names the features of grids; call `refresh()` when tiles or view change. */
export class Labels {
  constructor(map, { className = "map-label" } = {}) {
    this.map = map;
    this.className = className;
    this.group = L.layerGroup().addTo(map);
  }

  refresh(grids) {
    this.group.clearLayers();
    const taken = [];
    for (const label of grids.flatMap((grid) => this._candidates(grid))) {
      if (taken.length >= MOST) break;
      if (taken.some((box) => box.intersects(label.box))) continue;
      taken.push(label.box);
      this.group.addLayer(marker(label, this.className));
    }
  }

  /** Features with room for their name, largest first. */
  _candidates(grid) {
    const view = L.bounds(L.point(0, 0), this.map.getSize());
    return [...extents(this.map, grid).values()]
      .map((extent) => labelOf(this.map, extent))
      .filter((label) => label?.fits && view.contains(label.box))
      .sort((a, b) => b.room - a.room);
  }
}

/** Name and extent on the screen of each feature, put together from the tiles it is cut into. */
function extents(map, grid) {
  const found = new Map();
  grid.eachFeature((feature, place) => {
    const name = feature.properties.label || feature.properties.name;
    if (!name) return;
    const known = found.get(feature.id) ?? { name, type: feature.type, bounds: L.bounds([]) };
    for (const ring of feature.rings) {
      for (const { x, y } of corners(ring)) {
        known.bounds.extend(map.latLngToContainerPoint(place(x, y)));
      }
    }
    found.set(feature.id, known);
  });
  return found;
}

function corners(ring) {
  const xs = ring.map(({ x }) => x);
  const ys = ring.map(({ y }) => y);
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  const [north, south] = [Math.min(...ys), Math.max(...ys)];
  return [{ x: west, y: north }, { x: east, y: south }];
}

/** Surfaces are named where the name fits in, points and lines beside them from some zoom on. */
function labelOf(map, { name, type, bounds }) {
  const beside = type === POINT ? L.point(0, LINE_PX) : L.point(0, 0);
  const centre = bounds.getCenter().add(beside);
  const half = L.point((name.length * CHARACTER_PX) / 2, LINE_PX / 2);
  const size = bounds.getSize();
  return {
    name,
    latlng: map.containerPointToLatLng(centre),
    box: L.bounds(centre.subtract(half), centre.add(half)),
    room: size.x * size.y,
    fits: fits(map.getZoom(), type, size, half),
  };
}

function fits(zoom, type, size, half) {
  if (type === POINT) return zoom >= POINTS_NAMED_FROM;
  if (type === LINE) return zoom >= LINES_NAMED_FROM && Math.max(size.x, size.y) > half.x * 2;
  return size.x > half.x * 2.2 && size.y > LINE_PX * 1.5;
}

function marker({ name, latlng }, className) {
  const text = document.createElement("span");
  text.textContent = name;
  const icon = L.divIcon({ className, html: text, iconSize: [0, 0] });
  return L.marker(latlng, { icon, pane: "labels", interactive: false, keyboard: false });
}
