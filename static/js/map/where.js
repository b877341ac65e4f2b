// The tools that fill `within` and `near` of the filter, and what these two look like on the map.
import { Drawing } from "./draw.js";

const L = window.L;

export class WhereTools {
  /** `form` has the inputs `within` and `near`; `apply` is called when one has changed. */
  constructor({ form, made, apply }) {
    Object.assign(this, { form, made, apply, words: made.words });
    this.bar = form.querySelector("[data-where]");
    this.bar.hidden = false;
    this.shapes = L.layerGroup().addTo(made.map);
    this._on("[data-draw]", () => this._draw());
    this._on("[data-draw-finish]", () => this.drawing?.finish());
    this._on("[data-draw-undo]", () => this.drawing?.undo());
    this._on("[data-draw-cancel]", () => this.drawing?.cancel());
    this._on('[data-forget="within"]', () => this._set("within", ""));
    this._on('[data-forget="near"]', () => this._set("near", ""));
    this._offerNear();
    this.show();
  }

  _part(selector) {
    return this.bar.querySelector(selector);
  }

  _on(selector, act) {
    this._part(selector).addEventListener("click", act);
  }

  _say(text) {
    this._part("[data-where-status]").textContent = text;
  }

  _input(name) {
    return this.form.elements.namedItem(name);
  }

  _set(name, value) {
    this._input(name).value = value;
    if (name === "near" && !value && this._input("sort").value === "near") this._input("sort").value = "";
    this.show();
    this.apply();
  }

  _draw() {
    this._say(this.words.draw_how);
    this._buttons(true);
    this.made.map.closePopup();
    this.drawing = new Drawing(this.made, {
      done: (corners) => this._drawn(corners),
      changed: (number) => {
        this._part("[data-draw-finish]").disabled = number < 3;
        this._part("[data-draw-undo]").disabled = number < 1;
      },
    });
    this.made.element.scrollIntoView({ block: "nearest" });
  }

  _drawn(corners) {
    this.drawing = null;
    this._buttons(false);
    this._say("");
    this._part("[data-draw]").focus({ preventScroll: true });
    if (!corners) return;
    this._set("within", JSON.stringify({ type: "Polygon", coordinates: [[...corners, corners[0]]] }));
  }

  _buttons(isDrawing) {
    for (const name of ["finish", "undo", "cancel"]) this._part(`[data-draw-${name}]`).hidden = !isDrawing;
    this._part("[data-draw]").hidden = isDrawing;
  }

  _offerNear() {
    if (!navigator.geolocation || !window.isSecureContext) return;
    this._part("[data-near-tools]").hidden = false;
    const radius = this._part("[data-near-radius]");
    this._on("[data-near]", () => this._locate(radius.value));
    radius.addEventListener("change", (event) => {
      event.stopPropagation(); // it is no field of the filter
      const [lon, lat] = this._input("near").value.split(",");
      if (lat) this._set("near", `${lon},${lat},${radius.value}`);
    });
  }

  /** The position goes into the address to four decimals, some 10 m: enough for a circle. */
  _locate(radiusM) {
    this._say(this.words.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this._say("");
        this._set("near", `${coords.longitude.toFixed(4)},${coords.latitude.toFixed(4)},${radiusM}`);
        const around = L.latLng(coords.latitude, coords.longitude).toBounds(2.2 * radiusM);
        this.made.map.fitBounds(around);
      },
      () => this._say(this.words.no_position_near),
      { timeout: 10_000 },
    );
  }

  /** What the form says, on the map; called again when the form was filled otherwise. */
  show() {
    this.shapes.clearLayers();
    const polygon = parsed(this._input("within").value);
    const circle = circleOf(this._input("near").value);
    const style = { className: "map-drawn", interactive: false };
    if (polygon) L.geoJSON(polygon, { style, interactive: false }).addTo(this.shapes);
    if (circle) L.circle(circle.middle, { ...style, radius: circle.radius }).addTo(this.shapes);
    this._part('[data-forget="within"]').hidden = !this._input("within").value;
    this._part('[data-forget="near"]').hidden = !this._input("near").value;
  }
}

/** A GeoJSON that Leaflet can draw, or null: the server says what is wrong with others. */
function parsed(text) {
  try {
    const shape = JSON.parse(text);
    L.geoJSON(shape);
    return shape;
  } catch {
    return null;
  }
}

function circleOf(text) {
  const [lon, lat, radius] = text.split(",").map(Number);
  const isWhole = [lon, lat, radius].every(Number.isFinite) && radius > 0 && Math.abs(lat) <= 90;
  return isWhole ? { middle: [lat, lon], radius } : null;
}
