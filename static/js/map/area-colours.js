// Areas in the colours of their numbers, by density or by rate, with legend and popups: for the map, its
// paper and its frame (docs/map.md).
import { AreaCounts, TooManyAreas } from "./area-counts.js";
import { showLegend } from "./area-legend.js";
import { describeArea, inShort } from "./area-popup.js";
import { choropleth } from "./choropleth.js";
import { classesOf, toneFor } from "./classes.js";
import { onPointing } from "./pointing.js";

const SOON_MS = 200;
const TILE_PX = 512;
const MOST_LATITUDE = 85.0511;
const VALUES = { areas: (row) => row.total, density: (row) => row.per_km2, rate: (row) => row.per_1000 };

export class AreaColours {
  /** `legend` is [data-classes] of the page; `say(text)` gets what there is to know of the colours;
   *  `hrefOf(key)` leads to the map of one area, unless `choose(key, name)` shows it here. */
  constructor({ made, legend, say, hrefOf, choose = () => false }) {
    Object.assign(this, { made, legend, say, hrefOf, choose, words: made.words.display });
    this.levels = this.words.levels.map(({ code }) => code);
    this.counts = new AreaCounts(made.root);
    this.rows = null;
    this.refused = new Set();
    this.kind = "points";
    this.level = "";
    made.map.createPane("choropleth").style.zIndex = 330;
    made.tellOfAreas = (latlng) => this._tell(latlng);
    made.map.on("moveend", () => this._soon());
    this._follow();
  }

  static knows(kind) {
    return kind in VALUES;
  }

  /** `kind` of docs/map.md, "points" for no colours; `level` "" lets the zoom choose. */
  show(kind, level) {
    this.kind = this.levels.length && AreaColours.knows(kind) ? kind : "points";
    this.level = this.levels.includes(level) ? level : "";
    const isPoints = this.kind === "points";
    this.legend.hidden = isPoints;
    this._showPins(isPoints);
    if (isPoints) this._stop();
    else this._soon();
  }

  _showPins(isWanted) {
    const { map, submissions } = this.made;
    if (!submissions || map.hasLayer(submissions) === isWanted) return;
    if (isWanted) submissions.addTo(map);
    else submissions.remove();
  }

  _stop() {
    clearTimeout(this.waiting);
    this.counts.abort();
    this.grid?.remove();
    this.grid = null;
    this.rows = null;
    this.say("");
    delete this.made.element.dataset.areasShown;
  }

  _soon() {
    if (this.kind === "points") return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this._load(), SOON_MS);
  }

  async _load() {
    const { level, instead } = this._levelShown();
    delete this.made.element.dataset.areasShown;
    this._draw(level);
    const { query } = this.made;
    try {
      const parent = this._parent(query, level);
      this.rows = await this.counts.of({ query, level, view: viewOf(this.made.map), parent });
      this._colour(level, instead, parent);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error instanceof TooManyAreas && this.levels.indexOf(level) > 0) {
        this.refused.add(`${level}:${this.made.map.getZoom()}`);
        this._load();
        return;
      }
      this._failed(error);
    }
  }

  /** Outlines stay, without colours and without a legend that would speak of others. */
  _failed(error) {
    this.rows = null;
    this.classes = null;
    this.grid.repaint();
    showLegend(this.legend, { title: this._title(this.grid.level), classes: [] }, this.words);
    this.say(error instanceof TooManyAreas ? this.words.too_many : this.words.failed);
  }

  /** The level to draw: the one chosen, or one the zoom suits; `instead` of one that is too fine for it. */
  _levelShown() {
    const zoom = this.made.map.getZoom();
    const fits = (code) => zoom > this.made.words.levels[code] && !this.refused.has(`${code}:${zoom}`);
    const chosen = this.level;
    if (chosen && fits(chosen)) return { level: chosen, instead: "" };
    const usual = this.made.element.dataset.ground.split(" ");
    const finest = Math.max(...usual.map((code) => this.levels.indexOf(code)));
    const upTo = chosen ? this.levels.slice(0, this.levels.indexOf(chosen)) : this.levels.slice(0, finest + 1);
    // Of levels in between, such as cantons, the population may not be known.
    const isMeant = (code) => chosen || this.kind !== "rate" || usual.includes(code);
    const level = upTo.filter((code) => fits(code) && isMeant(code)).at(-1) ?? this.levels[0];
    return { level, instead: level === chosen ? "" : chosen };
  }

  /** The filter's one area, where it is of an upper level: only what lies in it is compared. */
  _parent(query, level) {
    const areas = new URLSearchParams(query).getAll("area");
    const above = this.levels.indexOf(areas[0]?.split(":")[0]);
    return areas.length === 1 && above >= 0 && above < this.levels.indexOf(level) ? areas[0] : "";
  }

  _draw(code) {
    if (this.grid?.level === code) return;
    this.grid?.remove();
    this.rows = null;
    const minZoom = (this.made.words.levels[code] ?? 0) + 1;
    this.grid = choropleth(this.made.root, { code, minZoom }, (area) => this._tone(area));
    this.grid.level = code;
    this.grid.addTo(this.made.map);
  }

  _value(row) {
    return VALUES[this.kind](row);
  }

  _tone(code) {
    const row = this.rows?.get(code);
    return row && this.classes ? toneFor(this._value(row), this.classes) : undefined;
  }

  _colour(level, instead, parent) {
    const values = [...this.rows.values()].map((row) => this._value(row));
    this.classes = classesOf(values);
    this.grid.repaint();
    showLegend(this.legend, {
      title: this._title(level), classes: this.classes, hasZero: values.includes(0), hasNone: values.includes(null),
    }, this.words);
    this._linkTable(level);
    this.say(this._notes(level, instead, parent));
    this.made.element.dataset.areasShown = level;
  }

  _title(level) {
    return this.words[`title_${this.kind}`].replace("{level}", this._nameOf(level));
  }

  _nameOf(level) {
    return this.words.levels.find(({ code }) => code === level)?.name ?? level;
  }

  _notes(level, instead, parent) {
    const isCrowded = [...this.refused].some((one) => one.endsWith(`:${this.made.map.getZoom()}`));
    const wanted = this._nameOf(instead || this.level);
    const sentence = instead && (isCrowded ? this.words.crowded : this.words.too_far);
    const far = sentence ? sentence.replace("{wanted}", wanted).replace("{level}", this._nameOf(level)) : "";
    const stead = !parent && new URLSearchParams(this.made.query).has("area") ? this.words.in_stead : "";
    return [far, stead].filter(Boolean).join(" ");
  }

  /** The page of statistics says the same as a table. */
  _linkTable(level) {
    const link = this.legend.querySelector("[data-table]");
    const params = new URLSearchParams(this.made.query);
    params.set("compare", level);
    link.search = params.toString();
  }

  _areaAt(latlng) {
    const hit = this.rows ? this.grid?.featuresAt(latlng, 0)[0] : null;
    if (!hit?.feature.properties.code) return null;
    const { code, name } = hit.feature.properties;
    const row = this.rows.get(code);
    return row && { key: `${this.grid.level}:${code}`, name: name ?? row.name, row };
  }

  /** A popup on the area at a place; null where there is none. */
  _tell(latlng) {
    const area = this.kind === "points" ? null : this._areaAt(latlng);
    return area && describeArea({ ...area, href: this.hrefOf(area.key), choose: this.choose }, this.words);
  }

  /** The mouse is told in a tip. */
  _follow() {
    const { map } = this.made;
    const tip = onPointing(map, (latlng) => {
      if (this.kind === "points") return;
      const area = this._areaAt(latlng);
      if (!area) {
        tip.remove();
        return;
      }
      const text = document.createElement("span");
      text.textContent = inShort(area.name, area.row, this.words, this.kind);
      tip.setLatLng(latlng).setContent(text).addTo(map);
    });
    map.on("mouseout", () => tip.remove());
  }
}

/** The tiles that the map shows, as west,south,east,north: small moves ask the same again. */
function viewOf(map) {
  const { min, max } = map.getPixelBounds();
  const corner = map.unproject(min.divideBy(TILE_PX).floor().multiplyBy(TILE_PX));
  const opposite = map.unproject(max.divideBy(TILE_PX).ceil().multiplyBy(TILE_PX));
  const edge = (degrees, most) => Math.max(-most, Math.min(most, degrees)).toFixed(5);
  return [
    edge(corner.lng, 180), edge(opposite.lat, MOST_LATITUDE),
    edge(opposite.lng, 180), edge(corner.lat, MOST_LATITUDE),
  ].join(",");
}
