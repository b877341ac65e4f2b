// Vector tiles in Leaflet: a grid of canvases, each drawn from one decoded tile (docs/adr/0002).
// Nothing is cut at tile edges: tiles carry 64 px of what lies beyond each of them, and each
// neighbour draws its own half.
import { decode, distanceTo } from "./tile.js";

const L = window.L;
const WORLD = L.latLngBounds([-85.0512, -180], [85.0512, 180]);

/**
 * Options beyond those of L.GridLayer:
 *   url        template with {z}, {x}, {y}
 *   layerName  name of the layer inside the tile
 *   markerName name of a layer that says something of the whole tile (see `markers`)
 *   minZoom, maxNativeZoom are zooms of the map: one more than those of the tiles
 *   prepare    features => features, once for each tile, before it is drawn
 *   draw       (context, features, view) => void, where view is {zoom, size_px, scale(feature)}
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
    const tile = { canvas, features: [], markers: [], request: new AbortController() };
    this._decoded.set(this._tileCoordsToKey(coords), tile);
    this._fetch(coords, tile.request.signal).then(
      (found) => {
        Object.assign(tile, found);
        this._paint(tile, coords);
        done(null, canvas);
      },
      (error) => {
        if (error.name !== "AbortError") done(error, canvas);
      },
    );
    return canvas;
  },

  async _fetch({ x, y, z: mapZoom }, signal) {
    const z = mapZoom - 1;
    const response = await fetch(L.Util.template(this.options.url, { x, y, z }), { signal });
    if (!response.ok) throw new Error(`tile ${z}/${x}/${y}: ${response.status}`);
    const bytes = await response.arrayBuffer();
    const { layerName, markerName, prepare } = this.options;
    const features = decode(bytes, layerName);
    const markers = markerName ? decode(bytes, markerName).map(({ properties }) => properties) : [];
    return { features: prepare ? prepare(features) : features, markers };
  },

  _paint(tile, coords) {
    const size_px = this.getTileSize().x;
    const ratio = window.devicePixelRatio || 1;
    tile.canvas.width = size_px * ratio;
    tile.canvas.height = size_px * ratio;
    const context = tile.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const scale = (feature) => size_px / feature.extent;
    this.options.draw(context, tile.features, { zoom: coords.z, size_px, scale });
  },

  _forget(coords) {
    const key = this._tileCoordsToKey(coords);
    this._decoded.get(key)?.request.abort();
    this._decoded.delete(key);
  },

  /** Features within `reach_px` of a place: [{feature, distance_px}], nearest first. */
  featuresAt(latlng, reach_px) {
    const found = this._tileAt(latlng);
    if (!found) return [];
    const { features, x_px, y_px, size_px } = found;
    const enlarged = this._map.getZoomScale(this._map.getZoom(), this._tileZoom);
    return features
      .map((feature) => {
        const units = feature.extent / size_px;
        const away = distanceTo(feature, x_px * units, y_px * units) / units;
        return { feature, distance_px: away * enlarged };
      })
      .filter((hit) => hit.distance_px <= reach_px)
      .sort((a, b) => a.distance_px - b.distance_px);
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
    return { ...tile, x_px: place.x - corner.x, y_px: place.y - corner.y, size_px: size.x };
  },

  /** Calls `visit(feature, place)` for every feature drawn now; `place(x, y)` gives its L.LatLng. */
  eachFeature(visit) {
    if (!this._map) return;
    const size = this.getTileSize();
    for (const [key, { features }] of this._decoded) {
      const coords = this._keyToTileCoords(key);
      if (coords.z !== this._tileZoom) continue;
      for (const feature of features) {
        const place = (x, y) =>
          this._map.unproject(
            L.point(coords.x + x / feature.extent, coords.y + y / feature.extent).scaleBy(size),
            this._tileZoom,
          );
        visit(feature, place);
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
});
