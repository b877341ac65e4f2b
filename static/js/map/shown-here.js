// What the address of a sheet or a frame says beside the filter: colours of areas, months.
import { AreaColours } from "./area-colours.js";
import { monthsHere } from "./months-here.js";

/** `page` holds legend, words and [data-live], the link to the whole map.  `changed(isUntouched)` is
 *  called when legend, months or words leave the map another room: whether nobody has moved it yet. */
export function showHere({ page, made, changed }) {
  const { colours: kind, level } = made.element.dataset;
  const live = page.querySelector("[data-live]");
  const colours = kind && new AreaColours({
    made,
    legend: page.querySelector("[data-classes]"),
    say: (text) => { page.querySelector("[data-display-status]").textContent = text; },
    hrefOf: (key) => {
      const url = new URL(live.href);
      for (const name of ["bbox", "on"]) url.searchParams.delete(name);
      url.searchParams.set("area", key);
      return url.href;
    },
  });
  const show = () => colours && colours.show(kind, level);
  let isUntouched = true;
  for (const type of ["pointerdown", "keydown", "wheel"]) {
    made.element.addEventListener(type, () => { isUntouched = false; }, { passive: true });
  }
  new ResizeObserver(() => changed(isUntouched)).observe(made.element);
  show();
  const months = monthsHere({ page, made, said: () => changed(false), shown: () => { show(); months.show(); } });
}
