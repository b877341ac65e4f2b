// Areas of one level in the colours of their classes.
import { areaTiles } from "./areas.js";
import { trace } from "./tile.js";
import { VectorGrid } from "./vector-grid.js";

const DARK_FROM = 4; // tones on which a white border is seen
const OPACITY = 0.85; // so that the base map's towns and rivers still tell where one is
const HATCH_PX = 8;

/** `toneOf(code)`: 0 to 5, null for no data, undefined where nothing is known (yet). */
export function choropleth(root, { code, minZoom }, toneOf) {
  const look = tokens();
  return new VectorGrid({
    url: areaTiles(root, code),
    layerName: "areas",
    pane: "choropleth",
    minZoom,
    slice: 100,
    draw: (context, features, { scale }) => {
      context.lineJoin = "round";
      for (const feature of features) drawArea(context, feature, scale(feature), toneOf(feature.properties.code), look);
    },
  });
}

function tokens() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    tones: Array.from({ length: 6 }, (_, tone) => read(`--area-${tone}`)),
    none: read("--area-none"),
    line: read("--area-hatch"),
    ink: read("--ink-soft"),
  };
}

function drawArea(context, feature, units, tone, look) {
  trace(context, feature, units);
  if (tone !== undefined) {
    context.globalAlpha = OPACITY;
    context.fillStyle = tone === null ? hatch(context, look) : look.tones[tone];
    context.fill("evenodd");
    context.globalAlpha = 1;
  }
  context.strokeStyle = tone >= DARK_FROM ? "#ffffff" : look.ink;
  context.lineWidth = 0.8;
  context.stroke();
}

function hatch(context, { none, line }) {
  const square = document.createElement("canvas");
  square.width = HATCH_PX;
  square.height = HATCH_PX;
  const pen = square.getContext("2d");
  pen.fillStyle = none;
  pen.fillRect(0, 0, HATCH_PX, HATCH_PX);
  pen.strokeStyle = line;
  pen.lineWidth = 1.2;
  pen.beginPath();
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    pen.moveTo(shift, HATCH_PX);
    pen.lineTo(shift + HATCH_PX, 0);
  }
  pen.stroke();
  return context.createPattern(square, "repeat");
}
