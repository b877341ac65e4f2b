// Outlines of areas, and the calm ground that stands in where no base map can be reached.
import { trace } from "./tile.js";
import { VectorGrid } from "./vector-grid.js";

export function areaTiles(root, level) {
  return `${root}tiles/areas/${level}/{z}/{x}/{y}.mvt`;
}

/** `look`: {fill, stroke, width(zoom)}; no fill, no filling. */
export function areaGrid(root, level, { pane, minZoom, look }) {
  return new VectorGrid({
    url: areaTiles(root, level),
    layerName: "areas",
    pane,
    minZoom: minZoom + 1,
    draw: (context, features, view) => drawAreas(context, features, view, look),
  });
}

function drawAreas(context, features, { zoom, scale }, look) {
  context.lineJoin = "round";
  for (const feature of features) {
    trace(context, feature, scale(feature));
    if (look.fill) {
      context.fillStyle = look.fill;
      context.fill("evenodd");
    }
    context.strokeStyle = look.stroke;
    context.lineWidth = look.width(zoom);
    context.setLineDash(look.dash ?? []);
    context.stroke();
  }
}

function tokens() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return { land: read("--map-land"), border: read("--map-border"), ink: read("--ink-soft") };
}

/** Levels of the ground, upper first, as layers: the upper one is the land itself. */
export function groundGrids(root, levels) {
  const { land, border } = tokens();
  return levels.map(({ code, minZoom }, depth) =>
    areaGrid(root, code, {
      pane: "ground",
      minZoom,
      look: {
        fill: depth === 0 ? land : null,
        stroke: border,
        width: (zoom) => ([1.6, 1.1, 0.6][depth] ?? 0.6) * (zoom < 8 ? 0.6 : 1),
      },
    }),
  );
}

/** Outlines a page asks for by level, over whatever map lies below. */
export function outlineGrids(root, levels) {
  const { ink } = tokens();
  return levels.map(({ code, minZoom }) =>
    areaGrid(root, code, {
      pane: "areas",
      minZoom,
      look: { stroke: ink, width: (zoom) => (zoom < 11 ? 1 : 1.6), dash: [6, 4] },
    }),
  );
}
