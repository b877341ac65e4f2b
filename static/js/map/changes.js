// What a version changes, told apart by colour, pattern, outline and sign: never by colour alone.
import { POINT, trace } from "./tile.js";
import { VectorGrid } from "./vector-grid.js";

const CELL_PX = 8;
/** The colours of Okabe and Ito that all eyes tell apart; dash is the outline's. */
const LOOKS = {
  added: { colour: "#0072b2", dash: [], pattern: strokes, sign: "+" },
  changed: { colour: "#b35900", dash: [10, 4], pattern: dots, sign: "≠" },
  removed: { colour: "#222222", dash: [3, 4], pattern: crosses, sign: "−" },
};

/** `words` are the names of the kinds: they stand where an overlay's shapes have their folder. */
export function changesGrid({ url, minZoom, maxNativeZoom, words }) {
  return new VectorGrid({
    url,
    layerName: "changes",
    pane: "areas",
    minZoom,
    maxNativeZoom,
    draw: (context, features, view) => {
      for (const feature of features) {
        feature.properties.folder = words[feature.properties.change];
        drawChange(context, feature, view.scale(feature));
      }
    },
  });
}

function drawChange(context, feature, units) {
  const look = LOOKS[feature.properties.change];
  if (!look) return;
  if (feature.type === POINT) drawSigns(context, feature, units, look);
  else drawShape(context, feature, units, look);
}

function drawShape(context, feature, units, { colour, dash, pattern }) {
  trace(context, feature, units);
  if (feature.type !== 2) {
    context.fillStyle = patternOf(context, pattern, colour);
    context.fill("evenodd");
  }
  context.setLineDash(dash);
  context.strokeStyle = "#ffffff";
  context.lineWidth = 5;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.stroke();
  context.setLineDash([]);
}

function drawSigns(context, feature, units, { colour, sign }) {
  context.font = "bold 14px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [point] of feature.rings) {
    context.beginPath();
    context.arc(point.x * units, point.y * units, 9, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = "#ffffff";
    context.lineWidth = 2;
    context.stroke();
    context.fillStyle = "#ffffff";
    context.fillText(sign, point.x * units, point.y * units);
  }
}

function patternOf(context, paint, colour) {
  const cell = document.createElement("canvas");
  cell.width = CELL_PX;
  cell.height = CELL_PX;
  const inside = cell.getContext("2d");
  inside.strokeStyle = colour;
  inside.fillStyle = colour;
  inside.lineWidth = 1.5;
  paint(inside);
  return context.createPattern(cell, "repeat");
}

function strokes(context) {
  line(context, 0, CELL_PX, CELL_PX, 0);
}

function dots(context) {
  context.beginPath();
  context.arc(CELL_PX / 2, CELL_PX / 2, 2, 0, 2 * Math.PI);
  context.fill();
}

function crosses(context) {
  line(context, 0, 0, CELL_PX, CELL_PX);
  line(context, 0, CELL_PX, CELL_PX, 0);
}

function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
