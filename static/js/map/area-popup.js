// What is said of an area on the choropleth: in a tip, and in a popup with a link that chooses it.
const FEW = 30; // below this, chance weighs more than what happens on the ground

/** A short line for the tip. */
export function inShort(name, row, words, isDensity) {
  return `${name} · ${isDensity ? density(row, words) : number(row, words)}`;
}

/** `choose(key, name)` is called by the link; `href` is where it leads without that. */
export function describeArea({ key, name, row, href, choose }, words) {
  const holder = document.createElement("div");
  holder.className = "map-popup map-popup-shape";
  const title = document.createElement("h2");
  title.textContent = name;
  const lines = [number(row, words), row?.total ? density(row, words) : "", few(row, words)];
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
  if (!row || row.total === null) return words.none;
  return (row.total === 1 ? words.one : words.many).replace("{n}", inNumbers(row.total));
}

function density(row, words) {
  if (!row || row.total === null) return words.none;
  if (row.per_1000 === null) return words.no_population;
  return words.per_1000.replace("{n}", inNumbers(row.per_1000));
}

function few(row, words) {
  return row?.total && row.total < FEW && row.per_1000 !== null ? words.few : "";
}

export function inNumbers(value) {
  const format = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 3 });
  return Number.isInteger(value) ? new Intl.NumberFormat(document.documentElement.lang).format(value) : format.format(value);
}
