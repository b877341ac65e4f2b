// Names of areas, written where they fit and nowhere else.
const L = window.L;
const MOST = 120;
const CHARACTER_PX = 6.6;
const LINE_PX = 16;

/** A layer group that names the features of `grid`; call `refresh()` when tiles or view change. */
export class Labels {
  constructor(map) {
    this.map = map;
    this.group = L.layerGroup().addTo(map);
  }

  refresh(grid) {
    this.group.clearLayers();
    if (!grid) return;
    const taken = [];
    for (const label of this._candidates(grid)) {
      if (taken.length >= MOST) break;
      if (taken.some((box) => box.intersects(label.box))) continue;
      taken.push(label.box);
      this.group.addLayer(marker(label));
    }
  }

  /** Features with room for their name, largest first. */
  _candidates(grid) {
    const view = L.bounds(L.point(0, 0), this.map.getSize());
    return [...extents(this.map, grid).values()]
      .map(({ name, bounds }) => labelOf(this.map, name, bounds))
      .filter((label) => label.fits && view.contains(label.box))
      .sort((a, b) => b.room - a.room);
  }
}

/** Name and extent on the screen of each feature, put together from the tiles it is cut into. */
function extents(map, grid) {
  const found = new Map();
  grid.eachFeature((feature, place) => {
    const { name } = feature.properties;
    const known = found.get(feature.id) ?? { name, bounds: L.bounds([]) };
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

function labelOf(map, name, bounds) {
  const centre = bounds.getCenter();
  const half = L.point((name.length * CHARACTER_PX) / 2, LINE_PX / 2);
  const size = bounds.getSize();
  return {
    name,
    latlng: map.containerPointToLatLng(centre),
    box: L.bounds(centre.subtract(half), centre.add(half)),
    room: size.x * size.y,
    fits: size.x > half.x * 2.2 && size.y > LINE_PX * 1.5,
  };
}

function marker({ name, latlng }) {
  const text = document.createElement("span");
  text.textContent = name;
  const icon = L.divIcon({ className: "map-label", html: text, iconSize: [0, 0] });
  return L.marker(latlng, { icon, pane: "labels", interactive: false, keyboard: false });
}
