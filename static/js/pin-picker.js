// Placing the pin: by click, with the crosshair and its button, with the keyboard (arrows move the
// map, Enter places), by one's own position, or by typing coordinates. The form's inputs `lon` and
// `lat` hold the result; `change` tells other scripts.
import { pinIcon } from "./map/pin.js";

const L = window.L;
const CLOSE_ZOOM = 16;

export function startPicker(made) {
  const form = made.element.closest("form");
  const lon = form?.elements.namedItem("lon");
  const lat = form?.elements.namedItem("lat");
  if (!lon || !lat) return null;
  return new PinPicker(made, { lon, lat });
}

class PinPicker {
  constructor(made, inputs) {
    const { map, element, words } = made;
    Object.assign(this, { made, map, element, words, inputs });
    this.marker = L.marker([0, 0], { icon: pinIcon(), draggable: true, keyboard: false, alt: words.pin });
    this.marker.on("dragend", () => this.place(this.marker.getLatLng()));
    this.bar = document.querySelector(`[data-picker-for="${element.id}"]`);
    this.status = this.bar.querySelector("[data-picker-status]");
    this.bar.hidden = false;
    element.append(crosshair());
    this._listen();
    this._showTyped();
  }

  _listen() {
    const { map, element, inputs } = this;
    map.on("click", ({ latlng }) => this.place(latlng));
    this.accuracy = element.closest("form").elements.namedItem("accuracy_m");
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== element) return;
      event.preventDefault();
      this.place(map.getCenter());
    });
    this.bar.querySelector("[data-picker-place]").addEventListener("click", () => this.place(map.getCenter()));
    for (const input of [inputs.lon, inputs.lat]) input.addEventListener("change", () => this._showTyped());
    this._offerPosition();
  }

  _offerPosition() {
    const button = this.bar.querySelector("[data-picker-locate]");
    if (!navigator.geolocation || !window.isSecureContext) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      this.say(this.words.locating);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const here = L.latLng(coords.latitude, coords.longitude);
          this.map.setView(here, Math.max(this.map.getZoom(), CLOSE_ZOOM + 1));
          this.place(here, coords.accuracy);
        },
        () => this.say(this.words.no_position),
        { enableHighAccuracy: true, timeout: 10_000 },
      );
    });
  }

  /** Puts the pin at `latlng`, writes it into the form and says so; `accuracyM` is a phone's own. */
  place(latlng, accuracyM = null) {
    const at = latlng.wrap();
    if (this.accuracy) this.accuracy.value = accuracyM === null ? "" : accuracyM.toFixed(1);
    this.inputs.lon.value = at.lng.toFixed(6);
    this.inputs.lat.value = at.lat.toFixed(6);
    this._show(at);
    for (const input of [this.inputs.lon, this.inputs.lat]) {
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  /** Follows what stands in the inputs, by hand or by another script. */
  _showTyped() {
    const lon = number(this.inputs.lon.value);
    const lat = number(this.inputs.lat.value);
    if (lon === null || lat === null || Math.abs(lat) > 85 || Math.abs(lon) > 180) return;
    const at = L.latLng(lat, lon);
    if (this.marker._map && this.marker.getLatLng().equals(at, 1e-7)) return;
    this._show(at);
    this.map.setView(at, Math.max(this.map.getZoom(), CLOSE_ZOOM));
  }

  _show(at) {
    const rounded = L.latLng(Number(at.lat.toFixed(6)), Number(at.lng.toFixed(6)));
    this.marker.setLatLng(rounded).addTo(this.map);
    this.element.classList.add("map-has-pin");
    const write = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 5 });
    const placed = this.words.placed
      .replace("{lat}", write.format(rounded.lat))
      .replace("{lon}", write.format(rounded.lng));
    this.say([placed, this._liesIn(rounded)].filter(Boolean).join(" "));
  }

  /** What the overlays on show say of the place. */
  _liesIn(at) {
    const named = this.made.shapesAt(at).map(({ name, overlay }) => (name ? `${name} (${overlay})` : ""));
    const names = [...new Set(named.filter(Boolean))].slice(0, 5);
    return names.length ? this.words.lies_in.replace("{names}", names.join(", ")) : "";
  }

  say(text) {
    this.status.textContent = text;
  }
}

function number(text) {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() && Number.isFinite(value) ? value : null;
}

function crosshair() {
  const cross = document.createElement("span");
  cross.className = "map-crosshair";
  cross.setAttribute("aria-hidden", "true");
  return cross;
}
