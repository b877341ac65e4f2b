// Places for what is typed: a choice moves the pin. Without this script, sending the form does it.
const TYPING_MS = 350;
const SHORTEST = 3;

export function startPlaceSearch(form) {
  const holder = form.querySelector("[data-place-search]");
  if (holder) new PlaceSearch(form, holder);
}

class PlaceSearch {
  constructor(form, holder) {
    this.form = form;
    this.url = holder.dataset.url;
    this.input = holder.querySelector("input");
    this.list = document.createElement("ul");
    this.list.className = "list-plain place-list";
    this.status = document.createElement("p");
    this.status.className = "hint";
    this.status.setAttribute("role", "status");
    holder.after(this.list, this.status);
    this.input.addEventListener("input", () => this._soon());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.search();
    });
  }

  _soon() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.search(), TYPING_MS);
  }

  async search() {
    clearTimeout(this.typing);
    this.request?.abort();
    const text = this.input.value.trim();
    if (text.length < SHORTEST) {
      this._show([], "");
      return;
    }
    this.request = new AbortController();
    try {
      const url = `${this.url}?${new URLSearchParams({ q: text })}`;
      const response = await fetch(url, { signal: this.request.signal });
      const { places, message } = await response.json();
      this._show(places, message);
    } catch (error) {
      if (error.name !== "AbortError") this._show([], "");
    }
  }

  _show(places, message) {
    this.list.replaceChildren(...places.map((place) => this._row(place)));
    this.status.textContent = message;
  }

  _row({ label, lon, lat }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-link";
    button.textContent = label;
    button.addEventListener("click", () => this._choose(label, lon, lat));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  _choose(label, lon, lat) {
    this.input.value = label;
    this.form.elements.namedItem("lon").value = lon.toFixed(6);
    this.form.elements.namedItem("lat").value = lat.toFixed(6);
    for (const name of ["lon", "lat"]) {
      this.form.elements.namedItem(name).dispatchEvent(new Event("change", { bubbles: true }));
    }
    this._show([], "");
    this.input.focus();
  }
}
