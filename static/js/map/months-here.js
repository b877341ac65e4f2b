// The slider of months on paper and in a frame, where there is no form: the address holds the dates.
import { Months } from "./months.js";

const PARTS = ["title"];

/** `page` holds [data-months] and the parts that say the filter in words; `made` is what createMap
 *  gives; `shown()` is called when another month is on the map, `said()` when the words say so. */
export function monthsHere({ page, made, shown, said }) {
  if (!page.querySelector("[data-months]")) return null;
  let request = null;
  const read = (name) => new URLSearchParams(made.query).get(name) ?? "";
  const say = async () => {
    request?.abort();
    const mine = (request = new AbortController());
    try {
      const response = await fetch(location.href, { signal: mine.signal });
      replaceParts(page, new DOMParser().parseFromString(await response.text(), "text/html"));
      said();
    } catch (error) {
      if (error.name === "AbortError") return;
      throw error;
    } finally {
      if (request === mine) request = null;
    }
  };
  return new Months({
    page, made,
    dates: {
      get: () => [read("from"), read("to")],
      set: (from, to) => {
        const url = new URL(location.href);
        setDates(url.searchParams, { from, to });
        history.replaceState(null, "", url);
        const tiles = new URLSearchParams(made.query);
        setDates(tiles, { from, to });
        made.setFilter(tiles.toString());
      },
    },
    isBusy: () => request !== null,
    apply: () => {
      shown();
      say();
    },
  });
}

function setDates(params, dates) {
  for (const [name, day] of Object.entries(dates)) {
    if (day) params.set(name, day);
    else params.delete(name);
  }
}

function replaceParts(page, loaded) {
  for (const name of PARTS) {
    const fresh = loaded.querySelector(`[data-part="${name}"]`);
    if (fresh) page.querySelector(`[data-part="${name}"]`).replaceChildren(...fresh.childNodes);
  }
  const live = loaded.querySelector("[data-live]");
  if (live) page.querySelector("[data-live]").href = live.href;
}
