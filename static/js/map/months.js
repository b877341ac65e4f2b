// The slider of months: it writes a month into the dates of the one filter (docs/map.md).
import { drawMonths } from "./month-bars.js";

const SOON_MS = 250;
const STEP_MS = 1_600;

export class Months {
  /** `page` holds [data-months]; `dates` has get() → [from, to] and set(from, to) of the filter;
   *  `apply({replace})` shows what they say, in the place of the last entry of the history or as a new
   *  one; `isBusy()`: that is still being loaded. */
  constructor({ page, made, dates, isBusy, apply }) {
    Object.assign(this, { made, dates, isBusy, apply, words: made.words.months });
    this.bar = page.querySelector("[data-months]");
    this.range = this.bar.querySelector("input");
    this.months = [];
    this.before = ["", ""];
    this.isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this._listen();
    this._label();
    this.show();
  }

  _part(name) {
    return this.bar.querySelector(`[data-month-${name}]`);
  }

  _listen() {
    this.range.addEventListener("input", () => {
      this.pause();
      this._say(Number(this.range.value));
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.go(Number(this.range.value)), SOON_MS);
    });
    this._part("all").addEventListener("click", () => {
      this.pause();
      this.go(0);
      this.range.focus();
    });
    this._part("play").addEventListener("click", () => this._pressed());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.pause();
    });
  }

  /** Which month the dates of the form are: 1 for the first, 0 where they are no month of these. */
  get number() {
    const [from, to] = this.dates.get();
    return 1 + this.months.findIndex(({ month }) => from === firstDay(month) && to === lastDay(month));
  }

  /** To a month by its number; 0 returns to the dates that were there before. */
  go(number) {
    clearTimeout(this.waiting);
    if (number === this.number) return;
    const replace = this.number > 0 && number > 0;
    if (this.number === 0) this.before = this.dates.get();
    const { month } = this.months[number - 1] ?? {};
    this.dates.set(...(month ? [firstDay(month), lastDay(month)] : this.before));
    this._set();
    this.apply({ replace });
  }

  /** What form and filter say, on the slider; called again when they changed. */
  show() {
    if (this.isStepping && this.number === 0) this.pause();
    this._set();
    this._load();
  }

  /** Who plays is taken from month to month; who wants no motion goes one further by each press. */
  _pressed() {
    if (this.isStepping) return this.pause();
    if (this.isStill) return this._next();
    this.isStepping = true;
    this._label();
    this._next();
    this.timer = setInterval(() => {
      // A list that is still being loaded is waited for.
      if (!this.isBusy()) this._next();
    }, STEP_MS);
    return undefined;
  }

  _next() {
    const isLast = this.number === this.months.length;
    if (isLast && this.isStepping && this.hasStepped) return this.pause();
    this.hasStepped = true;
    return this.go(isLast ? 1 : this.number + 1);
  }

  pause() {
    clearInterval(this.timer);
    this.isStepping = false;
    this.hasStepped = false;
    this._label();
  }

  _label() {
    const { play, pause, next } = this.words;
    this._part("play").textContent = this.isStepping ? pause : this.isStill ? next : play;
  }

  _set() {
    this.range.value = this.number;
    this._say(this.number);
  }

  _say(number) {
    const text = number ? this._named(this.months[number - 1]) : this._unnamed();
    this._part("said").textContent = text;
    this.range.setAttribute("aria-valuetext", text);
    this._part("all").disabled = number === 0;
    for (const bar of this._part("bars").children) bar.classList.toggle("is-chosen", Number(bar.dataset.number) === number);
  }

  _unnamed() {
    const hasDates = this.dates.get().some(Boolean);
    return hasDates ? this.words.other : this.words.all;
  }

  _named({ month, total }) {
    const { lang } = document.documentElement;
    const named = new Intl.DateTimeFormat(lang, { month: "long", year: "numeric", timeZone: "UTC" });
    return `${named.format(new Date(`${month}-01`))} · ${new Intl.NumberFormat(lang).format(total)}`;
  }

  /** The months of the filter without its dates, from the service. */
  async _load() {
    if (this.made.query === undefined) return; // the filter of the address is none
    const params = new URLSearchParams(this.made.query);
    params.delete("from");
    params.delete("to");
    const query = params.toString();
    if (query === this.asked) return;
    this.asked = query;
    this.request?.abort();
    this.request = new AbortController();
    try {
      const response = await fetch(`${this.made.root}api/v1/statistics/months?${query}`, { signal: this.request.signal });
      if (!response.ok) throw new Error(`months: ${response.status}`);
      this._offer((await response.json()).months);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.asked = null;
      this._offer([]);
    }
  }

  _offer(months) {
    this.months = months;
    this.bar.hidden = !months.length;
    if (!months.length) return this.pause();
    this.range.max = months.length;
    drawMonths(this._part("bars"), months);
    return this._set();
  }
}

function firstDay(month) {
  return `${month}-01`;
}

function lastDay(month) {
  const [year, number] = month.split("-").map(Number);
  return `${month}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`;
}
