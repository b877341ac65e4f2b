// "My area": chosen by name or by position, kept by this browser; the map opens there.
import { createMap } from "./map/create.js";
import { forgetMyArea, keepMyArea, myArea } from "./map/my-area.js";

const L = window.L;
const TYPING_MS = 350;
const SHORTEST = 2;
const MOST_ASKED = 500;
const MOST_FOUND = 8;
const DECIMALS = 4; // some 10 m: enough to tell a neighbourhood, and no more is said
const ROUGH_M = 1_000; // beyond, smaller areas are a guess
const OF_ANOTHER_PLACE = ["at", "bbox", "cursor", "near", "within", "on"];
const PATIENCE_MS = 15_000;

class MyArea {
  constructor(box) {
    this.box = box;
    this.words = JSON.parse(document.getElementById("my-area-words").textContent);
    this.made = createMap(document.querySelector("[data-map]"));
    this.root = this.made.root;
    this.name = this._part("input");
    this.found = this._part("[data-found]");
    this._listen();
    box.hidden = false;
    this._show();
  }

  _part(name) {
    return this.box.querySelector(name);
  }

  _listen() {
    this.name.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this._search(), TYPING_MS);
    });
    // Opened, it may leave the map another height.
    this.box.addEventListener("toggle", () => this.made.map.invalidateSize({ animate: false }));
    this._part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.typing);
      this._search();
    });
    const locate = this._part("[data-locate]");
    locate.hidden = !navigator.geolocation || !window.isSecureContext;
    locate.addEventListener("click", () => this._locate());
    for (const type of ["focusin", "pointerdown"]) {
      this._part("[data-kept]").addEventListener(type, () => this._show());
    }
    this._part("[data-forget-mine]").addEventListener("click", () => this._forget());
  }

  _say(text) {
    this._part("[role=status]").textContent = text;
  }

  /** What is kept, in the summary and beside it. */
  _show() {
    const mine = myArea();
    this._part("[data-mine]").textContent = mine ? mine.name : this.words.none;
    this._part("[data-kept]").hidden = !mine;
    if (!mine) return;
    const link = this._part("[data-only-mine]");
    const url = new URL(link.dataset.onlyMine, location.href);
    // On the map itself, the rest of the filter stays.
    if (url.pathname === location.pathname) url.search = location.search;
    for (const name of OF_ANOTHER_PLACE) url.searchParams.delete(name);
    url.searchParams.set("area", mine.key);
    link.href = url.href.replace("%3A", ":");
  }

  // ---------------------------------------------------------------- by name
  async _search() {
    const text = this.name.value.trim();
    this.request?.abort();
    if (text.length < SHORTEST) return this._offer([]);
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      const { areas } = await this._ask(`api/v1/areas?${new URLSearchParams({ q: text, limit: MOST_ASKED })}`, signal);
      this._offer(likeliestFirst(areas, this.words.levels));
      this._say(areas.length ? this.words.choose : this.words.none_called.replace("{text}", text));
    } catch (error) {
      if (error.name !== "AbortError") this._say(this.words.failed);
    }
  }

  async _ask(path, signal) {
    const response = await fetch(this.root + path, { signal, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  // ---------------------------------------------------------------- by position
  _locate() {
    this._offer([]);
    this._say(this.words.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this._located(coords),
      ({ code }) => this._say({ 1: this.words.refused, 3: this.words.too_slow }[code] ?? this.words.unavailable),
      { timeout: PATIENCE_MS, maximumAge: 60_000 },
    );
  }

  /** The position goes to our own service, to four decimals, and is not kept. */
  async _located({ longitude, latitude, accuracy }) {
    const at = { lon: longitude.toFixed(DECIMALS), lat: latitude.toFixed(DECIMALS) };
    try {
      const response = await fetch(`${this.root}api/v1/locate?${new URLSearchParams(at)}`);
      if (response.status >= 500) throw new Error(String(response.status));
      const { areas = [] } = await response.json();
      if (!areas.length) return this._say(this.words.outside);
      this._offer([...areas].reverse());
      const isRough = accuracy > ROUGH_M;
      this._say(isRough ? this.words.rough.replace("{km}", Math.round(accuracy / 1000)) : this.words.here);
    } catch {
      this._say(this.words.failed);
    }
  }

  // ---------------------------------------------------------------- choosing
  _offer(areas) {
    this.found.replaceChildren(...areas.slice(0, MOST_FOUND).map((area) => this._row(area)));
  }

  _row({ level, code, name }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small button-secondary";
    button.textContent = `${name} (${this.words.levels[level] ?? level})`;
    button.addEventListener("click", () => this._choose({ key: `${level}:${code}`, name }));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  async _choose({ key, name }) {
    const [level, code] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
    const path = [level, code].map(encodeURIComponent).join("/");
    // At once: what is typed while the answer is on its way has to stay.
    this._offer([]);
    this.name.value = "";
    this._part("summary").focus();
    try {
      const { bbox } = await this._ask(`api/v1/areas/${path}?geometry=false`);
      const bounds = unturned(bbox);
      const isKept = keepMyArea({ key, name, bounds });
      this._lookAt(bounds);
      this._show();
      this._say((isKept ? this.words.kept : this.words.not_kept).replace("{name}", name));
    } catch {
      this._say(this.words.failed);
    }
  }

  _lookAt([west, south, east, north]) {
    this.made.map.invalidateSize({ animate: false });
    this.made.map.fitBounds(L.latLngBounds([south, west], [north, east]), { animate: false });
  }

  _forget() {
    forgetMyArea();
    this._show();
    this._say(this.words.forgotten);
    this._part("summary").focus();
  }
}

/** The shorter names first, which are nearer to what is typed; of one name the lower levels: who
 *  types one means a town more often than a region. */
function likeliestFirst(areas, levels) {
  const order = Object.keys(levels).reverse();
  const rank = ({ level }) => order.indexOf(level);
  return [...areas].sort((a, b) => a.name.length - b.name.length || rank(a) - rank(b));
}

/** A box of GeoJSON whose west is greater than its east crosses longitude 180. */
function unturned([west, south, east, north]) {
  return [west, south, east < west ? east + 360 : east, north];
}

const box = document.querySelector("[data-my-area-box]");
if (box) new MyArea(box);
