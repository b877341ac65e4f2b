// Vector tiles in Leaflet: a grid of canvases, each drawn from one decoded tile (docs/adr/0002).
// Nothing is cut at tile edges: tiles carry 64 px of what lies beyond each of them, and each
// neighbour draws its own half.
import { inSlices } from "./slices.js";
import { decode, distanceTo } from "./tile.js";

const L = window.L;
const COUNTED_AT_ONCE = 5_000;
const WORLD = L.latLngBounds([-85.0512, -180], [85.0512, 180]);

/** An Error with the `sentence` that the server gives for people, if it gives one. */
async function refusal(response, name) {
  const isTold = response.headers.get("Content-Type")?.startsWith("application/problem+json");
  const sentence = isTold ? (await response.json()).detail : "";
  return Object.assign(new Error(`${name}: ${response.status}`), { sentence });
}

/**
 * Options beyond those of L.GridLayer:
 *   url        template with {z}, {x}, {y}
 *   layerName  name of the layer inside the tile
 *   markerName name of a layer that says something of the whole tile (see `markers`)
 *   minZoom, maxNativeZoom are zooms of the map: one more than those of the tiles
 *   prepare    features => features, once for each tile, before it is drawn
 *   shows      feature => boolean: what is neither drawn, named nor hit now; see `repaint`
 *   draw       (context, features, view) => void, where view is {zoom, size_px, scale(feature)}
 *   slice      how many features `draw` gets at a time (all of them where nothing is said): what
 *              takes long is drawn over several frames
 */
export const VectorGrid = L.GridLayer.extend({
  // A tile of zoom z fills 512 px at the map's zoom z + 1: a quarter of the requests.
  options: { tileSize: 512, noWrap: true, bounds: WORLD, keepBuffer: 1, updateWhenZooming: false },

  initialize(options) {
    L.setOptions(this, options);
    this._decoded = new Map();
    this.on("tileunload", ({ coords }) => this._forget(coords));
  },

  /** Another address (a new filter): every tile is asked for again. */
  setUrl(url) {
    if (url === this.options.url) return;
    this.options.url = url;
    this.redraw();
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    const tile = { canvas, features: [], shown: [], markers: [], request: new AbortController() };
    this._decoded.set(this._tileCoordsToKey(coords), tile);
    this._fill(tile, coords).then(
      () => done(null, canvas),
      (error) => {
        if (error.name !== "AbortError") done(error, canvas);
      },
    );
    return canvas;
  },

  async _fill(tile, coords) {
    Object.assign(tile, await this._fetch(coords, tile.request.signal));
    await this._paint(tile, coords);
  },

  async _fetch({ x, y, z: mapZoom }, signal) {
    const z = mapZoom - 1;
    const response = await fetch(L.Util.template(this.options.url, { x, y, z }), { signal });
    if (!response.ok) throw await refusal(response, `tile ${z}/${x}/${y}`);
    const bytes = await response.arrayBuffer();
    const { layerName, markerName, prepare } = this.options;
    const features = await decode(bytes, layerName, signal);
    const markers = markerName ? await decode(bytes, markerName, signal) : [];
    return {
      features: prepare ? prepare(features) : features,
      markers: markers.map(({ properties }) => properties),
    };
  },

  async _paint(tile, coords) {
    const size_px = this.getTileSize().x;
    const ratio = window.devicePixelRatio || 1;
    tile.canvas.width = size_px * ratio;
    tile.canvas.height = size_px * ratio;
    const context = tile.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const scale = (feature) => size_px / feature.extent;
    const view = { zoom: coords.z, size_px, scale };
    const { slice = Infinity, draw } = this.options;
    tile.shown = this._shown(tile);
    const painting = (tile.painting = {}); // a later one takes its place: nothing is drawn twice
    await inSlices(tile.shown, slice, tile.request.signal, (some) => {
      if (tile.painting === painting) draw(context, some, view);
    });
  },

  _shown({ features }) {
    const { shows } = this.options;
    return shows ? features.filter(shows) : features;
  },

  /** Draws every tile again from what it holds, where `draw` or `shows` has something else to say
   *  of it. */
  repaint() {
    for (const [key, tile] of this._decoded) {
      this._paint(tile, this._keyToTileCoords(key)).catch((error) => {
        if (error.name !== "AbortError") throw error;
      });
    }
    this.fire("repainted");
  },

  _forget(coords) {
    const key = this._tileCoordsToKey(coords);
    this._decoded.get(key)?.request.abort();
    this._decoded.delete(key);
  },

  /** Features within `reach_px` of a place: [{feature, distance_px, latlng(), at(x, y)}], nearest
   *  first; of those only that `isWanted` says yes to.  `at` turns units of its tile into a place. */
  featuresAt(latlng, reach_px, isWanted = () => true) {
    const found = this._tileAt(latlng);
    if (!found) return [];
    const { features, x_px, y_px, size_px, coords } = found;
    const enlarged = this._map.getZoomScale(this._map.getZoom(), this._tileZoom);
    const hits = [];
    for (const feature of features) {
      if (!isWanted(feature)) continue;
      const units = feature.extent / size_px;
      const distance_px = (distanceTo(feature, x_px * units, y_px * units) / units) * enlarged;
      if (distance_px > reach_px) continue;
      const at = (x, y) => this._latlng(coords, x / feature.extent, y / feature.extent);
      const [[{ x, y }]] = feature.rings;
      hits.push({ feature, distance_px, latlng: () => at(x, y), at });
    }
    return hits.sort((a, b) => a.distance_px - b.distance_px);
  },

  _tileAt(latlng) {
    if (!this._map) return null;
    const size = this.getTileSize();
    // Beyond maxNativeZoom the tiles of that zoom are shown enlarged: places are theirs.
    const place = this._map.project(latlng, this._tileZoom);
    const coords = place.unscaleBy(size).floor();
    coords.z = this._tileZoom;
    const tile = this._decoded.get(this._tileCoordsToKey(coords));
    if (!tile) return null;
    const corner = coords.scaleBy(size);
    return {
      features: tile.shown,
      x_px: place.x - corner.x,
      y_px: place.y - corner.y,
      size_px: size.x,
      coords,
    };
  },

  /** A place of a tile, `x` and `y` from 0 to 1 in it. */
  _latlng(coords, x, y) {
    const point = L.point(coords.x + x, coords.y + y).scaleBy(this.getTileSize());
    return this._map.unproject(point, this._tileZoom);
  },

  /** Calls `visit(feature, place)` for every feature drawn now; `place(x, y)` gives its L.LatLng.
   *  Of each tile only those before the first that `isMeant` says no to: `prepare` has put first
   *  what is asked for often, since to look at 500,000 pins takes a second. */
  eachFeature(visit, isMeant = () => true) {
    if (!this._map) return;
    for (const [key, tile] of this._decoded) {
      const coords = this._keyToTileCoords(key);
      if (coords.z !== this._tileZoom) continue;
      for (const feature of tile.shown) {
        if (!isMeant(feature)) break;
        visit(feature, (x, y) => this._latlng(coords, x / feature.extent, y / feature.extent));
      }
    }
  },

  /** What the tiles drawn now say of themselves, in their layer `markerName`. */
  markers() {
    const drawn = [...this._decoded].filter(([key]) => this._keyToTileCoords(key).z === this._tileZoom);
    return drawn.flatMap(([, tile]) => tile.markers);
  },

  /** How many different features are drawn now; a cell counts as many as it stands for. */
  count() {
    const ids = new Set();
    let counted = 0;
    for (const { features } of this._decoded.values()) {
      for (const { id, properties } of features) {
        if (!properties.count) ids.add(id);
        else if (!properties.copy) counted += properties.count;
      }
    }
    return ids.size + counted;
  },

  /** How many points lie in the tiles drawn now, each in one of them; a cell counts as many as it
   *  stands for.  A tile's margin is left out: its neighbour may have counted what this one names. */
  async countPoints(signal) {
    let number = 0;
    for (const { features } of [...this._decoded.values()]) {
      await inSlices(features, COUNTED_AT_ONCE, signal, (some) => {
        for (const feature of some) number += isOwn(feature) ? feature.properties.count ?? 1 : 0;
      });
    }
    return number;
  },
});

function isOwn({ properties, rings: [[{ x, y }]], extent }) {
  if (properties.count) return !properties.copy;
  return x >= 0 && y >= 0 && x < extent && y < extent;
}
