// The switch of the map page: points, or areas by number, by density or by rate (docs/map.md).
import { AreaColours } from "./area-colours.js";

export class Display {
  /** `page` holds the switch and the legend, `form` the inputs `display` and `level`; `apply()` writes
   *  the form to the address; `choose(key, name)` narrows the filter to an area, false if it cannot. */
  constructor({ page, form, made, apply, choose }) {
    Object.assign(this, { form, made, apply });
    this.bar = page.querySelector("[data-display]");
    this.status = page.querySelector("[data-display-status]");
    this.statuses = page.querySelector("[data-legend]");
    this.levelSelect = this.bar.querySelector("[data-level]");
    this.colours = new AreaColours({
      made, choose, legend: page.querySelector("[data-classes]"),
      say: (text) => this._say(text), hrefOf: (key) => ofOneArea(key),
    });
    this.bar.hidden = false;
    this.bar.addEventListener("change", () => this._changed());
    this.show();
  }

  _changed() {
    const kind = this.bar.querySelector("input:checked").value;
    this._input("display").value = kind === "points" ? "" : kind;
    this._input("level").value = kind === "points" ? "" : this.levelSelect.value;
    this.show();
    this.apply();
  }

  _input(name) {
    return this.form.elements.namedItem(name);
  }

  /** What the form says, on the map; called again when form or filter changed. */
  show() {
    this.colours.show(this._input("display").value, this._input("level").value);
    const { kind, level } = this.colours;
    const isPoints = kind === "points";
    this.bar.querySelector(`input[value="${kind}"]`).checked = true;
    this.levelSelect.value = level;
    this.bar.querySelector("[data-level-field]").hidden = isPoints;
    this.statuses.hidden = !isPoints;
    this.made.map.invalidateSize({ pan: false, debounceMoveend: true });
  }

  _say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

/** The address of this page for one area. */
function ofOneArea(key) {
  const params = new URLSearchParams(location.search);
  for (const name of ["bbox", "cursor", "on"]) params.delete(name);
  params.set("area", key);
  return `?${params}`;
}
