// Drawing a polygon on a map, corner by corner: by click, or with the keyboard (arrows move the map,
// Enter sets a corner at its middle, Backspace takes the last one back, Escape ends it).
const L = window.L;
const CLOSE_PX = 14;
const MOST_CORNERS = 200;

export class Drawing {
  /** `done` is called with the corners ([lon, lat], not closed), or with null when it is given up. */
  constructor({ map, element }, { done, changed }) {
    Object.assign(this, { map, element, done, changed, corners: [] });
    this.line = L.polygon([], { className: "map-drawn", interactive: false }).addTo(map);
    this.dots = L.layerGroup().addTo(map);
    element.dataset.drawing = "";
    map.doubleClickZoom.disable();
    this._click = ({ latlng }) => this._clicked(latlng);
    this._key = (event) => this._pressed(event);
    map.on("click", this._click);
    element.addEventListener("keydown", this._key, true);
    element.focus();
    this.changed(0);
  }

  _clicked(latlng) {
    const [first] = this.corners;
    if (first && this.corners.length > 2) {
      const distance = this.map.latLngToContainerPoint(first).distanceTo(this.map.latLngToContainerPoint(latlng));
      if (distance <= CLOSE_PX) return this.finish();
    }
    return this.add(latlng);
  }

  _pressed(event) {
    const acts = {
      Enter: () => this.add(this.map.getCenter()),
      Backspace: () => this.undo(),
      Escape: () => this.cancel(),
    };
    if (!acts[event.key] || event.target !== this.element) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  }

  add(latlng) {
    if (this.corners.length >= MOST_CORNERS) return;
    this.corners.push(latlng.wrap());
    this._show();
  }

  undo() {
    this.corners.pop();
    this._show();
  }

  _show() {
    this.line.setLatLngs(this.corners);
    this.dots.clearLayers();
    for (const corner of this.corners) {
      L.circleMarker(corner, { radius: 5, className: "map-drawn-corner", interactive: false }).addTo(this.dots);
    }
    this.changed(this.corners.length);
  }

  finish() {
    if (this.corners.length < 3) return;
    const corners = this.corners.map(({ lng, lat }) => [Number(lng.toFixed(5)), Number(lat.toFixed(5))]);
    this._end();
    this.done(corners);
  }

  cancel() {
    this._end();
    this.done(null);
  }

  _end() {
    this.map.off("click", this._click);
    this.element.removeEventListener("keydown", this._key, true);
    this.map.doubleClickZoom.enable();
    this.line.remove();
    this.dots.remove();
    // The click that ended it is still on its way to those who would open a popup.
    setTimeout(() => delete this.element.dataset.drawing, 0);
  }
}
