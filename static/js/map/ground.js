// What lies at the bottom: a third party's base map where one is set and answers, and our own
// areas over a calm colour wherever it is not.
import { groundGrids } from "./areas.js";
import { Labels } from "./labels.js";

const L = window.L;
const NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

export function addGround(map, { root, levels, basemap }) {
  const standIn = new StandIn(map, root, levels);
  standIn.show();
  if (basemap.url) addBasemap(map, basemap, standIn);
  return standIn;
}

function addBasemap(map, { url, attribution, maxZoom }, standIn) {
  const tiles = L.tileLayer(url, {
    attribution,
    maxNativeZoom: maxZoom,
    maxZoom: map.getMaxZoom(),
    errorTileUrl: NOTHING,
  });
  // Those on the screen now: one that failed before a move is still a hole after it.
  const failed = new Set();
  tiles.on("tileerror", ({ tile }) => {
    failed.add(tile);
    standIn.show();
  });
  tiles.on("tileunload", ({ tile }) => failed.delete(tile));
  tiles.on("load", () => {
    if (!failed.size) standIn.hide();
  });
  tiles.addTo(map);
}

/** Our own area tiles in place of a base map. */
class StandIn {
  constructor(map, root, levels) {
    this.map = map;
    this.grids = groundGrids(root, levels);
    this.labels = new Labels(map);
    this.isShown = false;
    for (const grid of this.grids) grid.on("load", () => this._name());
    map.on("moveend", () => this._name());
  }

  show() {
    if (this.isShown) return;
    this.isShown = true;
    this.grids.forEach((grid) => this.map.addLayer(grid));
  }

  hide() {
    if (!this.isShown) return;
    this.isShown = false;
    this.grids.forEach((grid) => this.map.removeLayer(grid));
    this.labels.refresh([]);
  }

  /** Names the areas of the finest level drawn at this zoom. */
  _name() {
    if (!this.isShown) return;
    const drawn = this.grids.filter((grid) => grid.options.minZoom <= this.map.getZoom());
    this.labels.refresh(drawn.slice(-1));
  }
}
