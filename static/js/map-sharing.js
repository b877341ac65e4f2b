// The links of the map page to its paper and its frame keep up with what the map shows.
import { createMap } from "./map/create.js";
import { takenAlong } from "./map/taken-along.js";

const SAID_MS = 4_000;

class Sharing {
  constructor(page, made) {
    this.page = page;
    this.made = made;
    this.names = page.dataset.sharing.split(" ");
    this.print = page.querySelector("[data-print-link]");
    this.embed = page.querySelector("[data-embed]");
    const refresh = () => this.refresh();
    made.map.on("moveend overlaysready layeradd layerremove submissionsloaded", refresh);
    // A filter that changed this moment may not have reached the map yet.
    for (const type of ["pointerdown", "focusin", "click"]) page.addEventListener(type, refresh, true);
    if (this.embed) this._offerEmbed();
    this.refresh();
  }

  _offerEmbed() {
    this.code = this.embed.querySelector("textarea");
    this.height = this.embed.querySelector("select");
    this.status = this.embed.querySelector("[role=status]");
    this.months = this.embed.querySelector("[data-with-months]");
    this.months.closest("label").hidden = false;
    this.months.addEventListener("change", () => this.refresh());
    const copy = this.embed.querySelector("[data-copy]");
    copy.hidden = false;
    copy.addEventListener("click", () => this._copy());
    this.height.closest("label").hidden = false;
    this.height.addEventListener("change", () => this.refresh());
    this.code.addEventListener("focus", () => this.code.select());
  }

  refresh() {
    const withMonths = this._isAtAMonth() ? { months: "1" } : {};
    this.print.href = takenAlong(this.made, this.print.dataset.printLink, this.names, withMonths);
    if (!this.embed) return;
    const { embed: path, title, lang } = this.embed.dataset;
    const frame = document.createElement("iframe");
    frame.src = takenAlong(this.made, path, this.names, { ...(this.months.checked ? { months: "1" } : {}), lang });
    frame.title = title;
    frame.width = "100%";
    frame.height = this.height.value;
    frame.loading = "lazy";
    this.code.value = frame.outerHTML;
  }

  /** A sheet has the months where the map is at one of them. */
  _isAtAMonth() {
    return Number(document.querySelector("[data-months]:not([hidden]) input")?.value) > 0;
  }

  async _copy() {
    try {
      await navigator.clipboard.writeText(this.code.value);
      this._say(this.embed.dataset.copied);
    } catch {
      // No clipboard for this page: what is selected can be copied by hand.
      this.code.focus();
      this.code.select();
      this._say(this.embed.dataset.selected);
    }
  }

  _say(text) {
    this.status.textContent = text;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => (this.status.textContent = ""), SAID_MS);
  }
}

const page = document.querySelector("[data-sharing]");
if (page) new Sharing(page, createMap(document.querySelector("[data-map]")));
