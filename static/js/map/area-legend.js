// The legend of the choropleth: each class with its limits in words.
import { inNumbers } from "./area-popup.js";

/** What is shown has {title, classes, hasZero, hasNone}; `element` is [data-classes] of the page. */
export function showLegend(element, { title, classes, hasZero = false, hasNone = false }, words) {
  element.querySelector("[data-classes-title]").textContent = title;
  const entries = classes.map(({ from, to, tone }) => entry(tone, range(from, to, words)));
  if (hasZero) entries.unshift(entry(0, inNumbers(0)));
  if (hasNone) entries.push(entry("none", words.none));
  element.querySelector("ul").replaceChildren(...entries);
}

function range(from, to, words) {
  const [low, high] = [inNumbers(from), inNumbers(to)];
  return low === high ? low : words.range.replace("{from}", low).replace("{to}", high);
}

function entry(tone, text) {
  const item = document.createElement("li");
  const swatch = document.createElement("span");
  swatch.className = `map-class map-class-${tone}`;
  item.append(swatch, " ", text);
  return item;
}
