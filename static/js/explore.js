// The map page: a change of the filter changes the URL, the tiles and the list, without a reload.
import { createMap } from "./map/create.js";
import { Display } from "./map/display.js";
import { listGroups } from "./map/groups.js";
import { keepInStep } from "./map/list-in-step.js";
import { Months } from "./map/months.js";
import { WhereTools } from "./map/where.js";

const TYPING_MS = 400;
const PARTS = ["problems", "active", "count", "results", "downloads"];
// Of the address, but nothing of the set: the list’s own, and what newsletters append.
const IS_DISPLAY = /^(display|level)$/;
const NOT_OF_TILES = /^(at|bbox|cursor|sort|display|level|utm_.*)$/;

class Explore {
  constructor(page) {
    this.page = page;
    this.made = createMap(page.querySelector("[data-map]"));
    this.filter = page.querySelector("[data-filter]");
    this.form = this.filter.querySelector("form");
    this.onlySeen = page.querySelector("[data-only-seen]");
    this.onlySeen.hidden = false;
    if (window.matchMedia("(min-width: 60rem)").matches) this.filter.open = true;
    this.where = new WhereTools({ form: this.form, made: this.made, apply: () => this.apply() });
    this.display = new Display({
      page, form: this.form, made: this.made,
      apply: () => this.apply(),
      choose: (key, name) => this._choose(key, name),
    });
    this.months = new Months({
      page, made: this.made,
      dates: {
        get: () => ["from", "to"].map((name) => this.form.elements.namedItem(name).value),
        set: (from, to) => {
          this.form.elements.namedItem("from").value = from;
          this.form.elements.namedItem("to").value = to;
        },
      },
      isBusy: () => this._part("results").hasAttribute("aria-busy"),
      apply: (how) => this.apply(how),
    });
    this._listen();
  }

  _listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.apply();
    });
    this.form.addEventListener("change", () => this.apply());
    this.form.elements.namedItem("q").addEventListener("input", () => this._soon());
    this.page.querySelector("[data-clear]").addEventListener("click", (event) => {
      event.preventDefault();
      const said = [...new URLSearchParams(location.search)];
      this._fill(new URLSearchParams(said.filter(([name]) => IS_DISPLAY.test(name))));
      this.apply();
    });
    window.addEventListener("popstate", () => {
      this._fill(new URLSearchParams(location.search));
      this._show();
    });
    this.onlySeen.addEventListener("change", () => this._follow());
    this.made.map.on("moveend", () => {
      if (this._box().checked) this._follow();
    });
    keepInStep(this.made, this._part("results"));
    listGroups(this.made, this.page.querySelector("[data-groups]"));
  }

  _soon() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.apply(), TYPING_MS);
  }

  /** A new filter is a new entry of the history, unless it is told to replace the last one. */
  apply({ replace = false } = {}) {
    clearTimeout(this.typing);
    const query = this._query();
    if (query === location.search.slice(1)) return;
    history[replace ? "replaceState" : "pushState"](null, "", `${location.pathname}${query ? `?${query}` : ""}`);
    this._show();
  }

  /** The form, and what the URL says several times where a select can only say it once. */
  _query() {
    const before = new URLSearchParams(location.search);
    const filled = [...new FormData(this.form)].filter(([, value]) => value !== "");
    const more = filled.flatMap(([name, value]) => {
      const said = before.getAll(name);
      return said.includes(value) ? said.filter((other) => other !== value).map((other) => [name, other]) : [];
    });
    return new URLSearchParams([...filled, ...more]).toString();
  }

  /** Only what lies in an area; false where the form has no room for that: then the link is followed. */
  _choose(key, name) {
    const select = this.form.elements.namedItem("area");
    if (!select || new URLSearchParams(location.search).getAll("area").length > 1) return false;
    if (![...select.options].some(({ value }) => value === key)) select.add(new Option(name, key));
    select.value = key;
    this.form.elements.namedItem("bbox").value = "";
    this._box().checked = false;
    this.made.map.closePopup();
    this.apply();
    return true;
  }

  _box() {
    return this.onlySeen.querySelector("input");
  }

  /** Moving the map with "only what the map shows" on: the same entry of the history. */
  _follow() {
    const bounds = this.made.map.getBounds();
    const edge = (degrees, most) => Math.max(-most, Math.min(most, degrees)).toFixed(5);
    const box = [
      edge(bounds.getWest(), 180), edge(bounds.getSouth(), 90),
      edge(bounds.getEast(), 180), edge(bounds.getNorth(), 90),
    ];
    this.form.elements.namedItem("bbox").value = this._box().checked ? box.join(",") : "";
    const query = this._query();
    history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}`);
    this._show();
  }

  _fill(params) {
    for (const field of this.form.elements) {
      if (field.name) field.value = params.get(field.name) ?? "";
    }
    this._box().checked = params.has("bbox");
    this.where.show();
  }

  /** What the URL says, on the map and in the list. */
  async _show() {
    this.where.show();
    const tiles = new URLSearchParams(location.search);
    for (const name of [...tiles.keys()]) if (NOT_OF_TILES.test(name)) tiles.delete(name);
    this.made.setFilter(tiles.toString());
    this.display.show();
    this.months.show();
    await this._load(location.href);
  }

  async _load(url) {
    this.request?.abort();
    this.request = new AbortController();
    const results = this._part("results");
    results.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(url, { signal: this.request.signal });
      this._replace(new DOMParser().parseFromString(await response.text(), "text/html"));
    } catch (error) {
      if (error.name === "AbortError") return;
      this._part("count").textContent = this.made.words.results_failed;
    }
    results.removeAttribute("aria-busy");
  }

  /** What is wrong with one field, under it: what was typed stays. */
  _tellErrors(slot, loaded) {
    const said = loaded.querySelector(`[data-errors="${slot.dataset.errors}"]`);
    slot.replaceChildren(...(said?.childNodes ?? []));
    const field = this.form.elements.namedItem(slot.dataset.errors);
    if (slot.childElementCount) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }

  _part(name, root = this.page) {
    return root.querySelector(`[data-part="${name}"]`);
  }

  _replace(loaded) {
    for (const name of PARTS) {
      const fresh = this._part(name, loaded);
      if (!fresh) throw new Error(`the answer has no ${name}`);
      this._part(name).replaceChildren(...fresh.childNodes);
    }
    for (const slot of this.form.querySelectorAll("[data-errors]")) this._tellErrors(slot, loaded);
  }
}

const page = document.querySelector("[data-explore]");
if (page) new Explore(page);
