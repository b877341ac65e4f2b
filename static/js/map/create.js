// createMap(element): a Leaflet map from the data-* attributes that templates/partials/map.html
// documents. Called again for the same element, it gives the same map.
import { outlineGrids } from "./areas.js";
import { addGround } from "./ground.js";
import { describeCluster } from "./members.js";
import { addOverlays } from "./overlay-control.js";
import { myArea } from "./my-area.js";
import { describeShapes } from "./overlay-popup.js";
import { shapesAt } from "./overlays.js";
import { pinIcon } from "./pin.js";
import { followPointer } from "./pointing.js";
import { tellRefusals } from "./refusals.js";
import { clusterAt, describeSubmissions, submissionGrid, submissionsAt, submissionTiles } from "./submissions.js";

const L = window.L;
const MAX_ZOOM = 20;
const PANES = { ground: 150, overlays: 340, areas: 360, pins: 420, labels: 380 };
const CENTRE_REACH_PX = 200; // Enter opens the cluster nearest to the middle of the map
const made = new WeakMap();

export function createMap(element) {
  if (!made.has(element)) made.set(element, new CantonnierMap(element));
  return made.get(element);
}

class CantonnierMap {
  constructor(element) {
    this.element = element;
    this.words = JSON.parse(document.getElementById("map-words").textContent);
    this.root = element.dataset.root;
    element.replaceChildren();
    this.map = this._leaflet();
    this.overlays = [];
    if (this.element.dataset.outline) this._lookAtOutline();
    else this.look();
    addGround(this.map, this._groundOptions());
    this._addSubmissions();
    this._addOverlays();
    this._addAreas();
    this._listen();
  }

  _leaflet() {
    const map = L.map(this.element, { maxZoom: MAX_ZOOM, minZoom: 2, zoomControl: false, scrollWheelZoom: "wheel" in this.element.dataset });
    const { zoom_in: zoomInTitle, zoom_out: zoomOutTitle } = this.words;
    map.addControl(L.control.zoom({ zoomInTitle, zoomOutTitle }));
    map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
    for (const [name, zIndex] of Object.entries(PANES)) map.createPane(name).style.zIndex = zIndex;
    map.on("focus", () => map.scrollWheelZoom.enable());
    return map;
  }

  /** Where to look first: where the address says, else at the pin, else at the visitor's own area
   *  where the page leaves that to them, else at the bounds. */
  look() {
    const { at, lon, lat, zoom, bounds } = this.element.dataset;
    if (at) {
      const [middleLon, middleLat, atZoom] = at.split(",").map(Number);
      this.map.setView([middleLat, middleLon], atZoom, { animate: false });
      return;
    }
    if (lon && lat) {
      const place = L.latLng(Number(lat), Number(lon));
      this.map.setView(place, Number(zoom) || 16);
      if (!("picker" in this.element.dataset)) this.showPin(place);
      return;
    }
    const mine = "myArea" in this.element.dataset ? myArea()?.bounds : null;
    const [west, south, east, north] = mine ?? (bounds || "-5.2,42.2,8.3,51.2").split(",").map(Number);
    this.map.fitBounds([[south, west], [north, east]], { animate: false });
  }

  showPin(place) {
    this.pin?.remove();
    this.pin = L.marker(place, { icon: pinIcon(), keyboard: false, interactive: false, zIndexOffset: 500 });
    this.pin.addTo(this.map);
  }

  _groundOptions() {
    const { basemapUrl: url, basemapAttribution: attribution, basemapMaxZoom } = this.element.dataset;
    const levels = levelsOf(this.element.dataset.ground, this.words);
    return { root: this.root, levels, basemap: { url, attribution, maxZoom: Number(basemapMaxZoom) } };
  }

  _addSubmissions() {
    const { submissions } = this.element.dataset;
    if (submissions === undefined) return;
    this.query = submissions;
    this.submissions = submissionGrid(this.root, submissions).addTo(this.map);
    this.submissions.on("load", () => this._count());
    tellRefusals(this.submissions, this.element);
    this.submissions.on("loading", () => this.counting?.abort());
  }

  async _count() {
    this.counting?.abort();
    this.counting = new AbortController();
    try {
      this.element.dataset.loadedFeatures = await this.submissions.countPoints(this.counting.signal);
      this.map.fire("submissionsloaded");
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  /** Another filter: its query string. */
  setFilter(query) {
    this.counting?.abort();
    delete this.element.dataset.loadedFeatures;
    this.query = query;
    if (this.submissions) {
      this.submissions.setUrl(submissionTiles(this.root, query));
    } else {
      this.element.dataset.submissions = query;
      this._addSubmissions();
    }
  }

  async _addOverlays() {
    if (!("overlays" in this.element.dataset)) return;
    this.overlays = await addOverlays(this.map, this.root, this.words);
    this.element.dataset.overlaysReady = this.overlays.length;
    this.map.fire("overlaysready");
  }

  _addAreas() {
    const levels = levelsOf(this.element.dataset.areas, this.words);
    outlineGrids(this.root, levels).forEach((grid) => grid.addTo(this.map));
  }

  /** Draws the outline and fits the view to it: nothing is asked for before that is known. */
  async _lookAtOutline() {
    const shape = await outlineOf(this.element.dataset.outline);
    const bounds = shape?.getBounds();
    if (bounds?.isValid()) this.map.fitBounds(bounds, { animate: false });
    else this.look();
    shape?.addTo(this.map);
  }

  _listen() {
    if ("picker" in this.element.dataset) return;
    this.map.on("click", ({ latlng }) => {
      if ("drawing" in this.element.dataset) return;
      if (!this._openCluster(latlng)) this._tell(latlng);
    });
    // With the keyboard: arrows move the map, Enter tells what lies at its middle.
    this.map.on("keydown", ({ originalEvent }) => {
      const isOurs = originalEvent.key === "Enter" && originalEvent.target === this.element;
      if (!isOurs || "drawing" in this.element.dataset) return;
      const centre = this.map.getCenter();
      if (!this._openCluster(centre, CENTRE_REACH_PX)) this._tell(centre);
    });
    followPointer(this);
  }

  /** The shapes of the overlays on show at a place, as `shapesAt` has them. */
  shapesAt(latlng) {
    return shapesAt(this.overlays.filter((grid) => this.map.hasLayer(grid)), latlng);
  }

  /** Opens the cluster at a place; false where there is none. */
  _openCluster(latlng, reach_px = 0) {
    const cluster = this.submissions ? clusterAt(this.submissions, latlng, reach_px) : null;
    if (cluster) this.openCluster(cluster);
    return Boolean(cluster);
  }

  /** Goes to where the cluster, as `clusterAt` has it, has come apart; at the closest zoom, tells
   *  where its members are listed. */
  openCluster(cluster) {
    const closest = this.map.getMaxZoom();
    if (this.map.getZoom() < closest) this.map.setView(cluster.latlng, Math.min(cluster.zoom, closest));
    else this._say(cluster.latlng, describeCluster(this, cluster));
  }

  /** Opens a popup on what lies at a place: submissions first, then shapes of overlays, then what the
   *  page's display (`tellOfAreas`, set by it) says of the area. */
  _tell(latlng) {
    const found = this.submissions ? submissionsAt(this.submissions, latlng) : [];
    const shapes = found.length ? [] : this.shapesAt(latlng);
    const area = found.length || shapes.length ? null : this.tellOfAreas?.(latlng);
    if (!found.length && !shapes.length && !area) return;
    let popup = null;
    const content = found.length
      ? describeSubmissions(found, this)
      : area ?? describeShapes(shapes, this.words, () => popup?.update());
    popup = this._say(latlng, content);
  }

  /** The popup, open. */
  _say(latlng, content) {
    const popup = L.popup({ maxWidth: 280, maxHeight: 320 }).setLatLng(latlng).setContent(content);
    popup.openOn(this.map);
    // Leaflet has no option for this name.
    popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", this.words.close);
    return popup;
  }
}

/** The GeoJSON at `url` as a layer; null where it cannot be had. */
async function outlineOf(url) {
  try {
    const response = await fetch(url);
    const style = { className: "map-outline" };
    return response.ok ? L.geoJSON(await response.json(), { style, interactive: false }) : null;
  } catch {
    return null;
  }
}

/** Level codes of an attribute, with the first zoom of their tiles. */
function levelsOf(text, words) {
  const codes = (text ?? "").split(" ").filter(Boolean);
  return codes.map((code) => ({ code, minZoom: words.levels[code] ?? 0 }));
}
