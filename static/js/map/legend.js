// The legend of an overlay: what each sign looks like, which shapes have it, and its switch.
const DRAWN = ["stroke", "stroke_opacity", "stroke_width", "fill", "fill_opacity", "icon"];

/** {signs, more} as the service says; nothing where it cannot. */
export async function legendOf(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.json() : { signs: [], more: 0 };
  } catch {
    return { signs: [], more: 0 };
  }
}

/** What a sign of the legend and the features of tiles that it stands for have in common, as text:
 *  their kind and their look.  Folders that look alike are one sign. */
export function lookOf({ kind, type, properties, ...sign }) {
  const look = properties ?? sign;
  return [kind ?? type - 1, ...DRAWN.map((key) => asText(look[key]))].join("|");
}

/** Numbers as tiles round them; of an icon's address, the digest that tiles carry. */
function asText(value) {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(Math.round(value * 1000) / 1000);
  return value.match(/[0-9a-f]{64}/)?.[0] ?? value;
}

/** A line of the legend; with `change`, a switch that calls it with the sign and whether it is on. */
export function signRow(sign, overlay, words, { change = null, isOn = true } = {}) {
  const kind = [words.points, words.lines, words.surfaces][sign.kind];
  const row = document.createElement("li");
  const text = `${sign.label || kind} (${sign.count})`;
  if (!change) {
    row.append(swatch(sign, overlay), text);
    return row;
  }
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "checkbox";
  input.checked = isOn;
  input.addEventListener("change", () => change(sign, input.checked));
  label.append(input, swatch(sign, overlay), text);
  row.append(label);
  return row;
}

export function moreRow(count, words) {
  const row = document.createElement("li");
  row.textContent = words.more_signs.replace("{n}", count);
  return row;
}

/** A little picture of a sign: icon, dot, line or surface, in its colours. */
export function swatch(sign, { colour }) {
  if (sign.icon) {
    const image = document.createElement("img");
    Object.assign(image, { src: sign.icon, alt: "", width: 18, height: 18 });
    return image;
  }
  const element = document.createElement("span");
  element.className = `map-swatch map-swatch-${["point", "line", "surface"][sign.kind] ?? "surface"}`;
  element.setAttribute("aria-hidden", "true");
  element.style.setProperty("--swatch", sign.fill ?? colour);
  element.style.setProperty("--swatch-stroke", sign.stroke ?? colour);
  element.style.setProperty("--swatch-opacity", sign.fill_opacity ?? (sign.kind === 0 ? 1 : 0.25));
  element.style.setProperty("--swatch-width", `${Math.min(6, sign.stroke_width ?? 2)}px`);
  return element;
}
