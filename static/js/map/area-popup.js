// What is said of an area on the choropleth: in a tip, and in a popup with a link that chooses it.
const FEW = 30; // below this, chance weighs more than what happens on the ground

/** A short line for the tip: what the colours of the display `kind` say. */
export function inShort(name, row, words, kind) {
  return `${name} · ${{ areas: number, density, rate }[kind](row, words)}`;
}

/** `choose(key, name)` is called by the link; `href` is where it leads without that. */
export function describeArea({ key, name, row, href, choose }, words) {
  const holder = document.createElement("div");
  holder.className = "map-popup map-popup-shape";
  const title = document.createElement("h2");
  title.textContent = name;
  const lines = [number(row, words), ...(row.total ? [density(row, words), rate(row, words), few(row, words)] : [])];
  holder.append(title, ...lines.filter(Boolean).map(paragraph), link({ key, name, href, choose }, words));
  return holder;
}

function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

function link({ key, name, href, choose }, words) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = words.only.replace("{name}", name);
  anchor.addEventListener("click", (event) => {
    if (choose(key, name)) event.preventDefault();
  });
  return anchor;
}

function number(row, words) {
  if (row.total === null) return words.none;
  return (row.total === 1 ? words.one : words.many).replace("{n}", inNumbers(row.total));
}

function density(row, words) {
  return row.per_km2 === null ? words.none : words.per_km2.replace("{n}", inNumbers(row.per_km2));
}

function rate(row, words) {
  if (row.total === null) return words.none;
  if (row.per_1000 === null) return words.no_population;
  return words.per_1000.replace("{n}", inNumbers(row.per_1000));
}

function few(row, words) {
  return row.total < FEW ? words.few : "";
}

export function inNumbers(value) {
  const format = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 3 });
  return Number.isInteger(value) ? new Intl.NumberFormat(document.documentElement.lang).format(value) : format.format(value);
}
