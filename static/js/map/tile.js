// One decoded vector tile: its features, and which of them lie under a point.
import { PbfReader } from "../../vendor/pbf.js";
import { VectorTile } from "../../vendor/vector-tile.js";
import { inSlices } from "./slices.js";

const POINT = 1;
const LINE = 2;
const POLYGON = 3;
const SLICE = 500; // features, some 1 ms

/** Features of `layerName`, each {id, type, properties, rings, extent}; rings hold {x, y} in tile units. */
export async function decode(bytes, layerName, signal) {
  if (!bytes.byteLength) return [];
  const layer = new VectorTile(new PbfReader(new Uint8Array(bytes))).layers[layerName];
  if (!layer) return [];
  const features = [];
  const numbers = Array.from({ length: layer.length }, (_, index) => index);
  await inSlices(numbers, SLICE, signal, (some) => {
    for (const index of some) features.push(readable(layer.feature(index)));
  });
  return features;
}

function readable(feature) {
  const { id, type, properties, extent } = feature;
  return { id, type, properties, extent, rings: feature.loadGeometry() };
}

/** Distance in tile units from (x, y) to a feature; 0 inside a polygon. */
export function distanceTo(feature, x, y) {
  if (feature.type === POINT) return distanceToPoints(feature.rings, x, y);
  if (feature.type === POLYGON && isInside(feature.rings, x, y)) return 0;
  return distanceToLines(feature.rings, x, y);
}

function distanceToPoints(rings, x, y) {
  let nearest = Infinity;
  for (const ring of rings) {
    for (const point of ring) nearest = Math.min(nearest, Math.hypot(point.x - x, point.y - y));
  }
  return nearest;
}

/** Even-odd rule over all rings, so that holes are holes. */
export function isInside(rings, x, y) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const a = ring[i];
      const b = ring[j];
      const crosses = a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x;
      if (crosses) inside = !inside;
    }
  }
  return inside;
}

function distanceToLines(rings, x, y) {
  let nearest = Infinity;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      nearest = Math.min(nearest, distanceToSegment(ring[i - 1], ring[i], x, y));
    }
  }
  return nearest;
}

function distanceToSegment(a, b, x, y) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length2 = dx * dx + dy * dy;
  const along = length2 ? ((x - a.x) * dx + (y - a.y) * dy) / length2 : 0;
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(a.x + t * dx - x, a.y + t * dy - y);
}

/** Draws the rings of a line or polygon as one canvas path; `scale` turns tile units into pixels. */
export function trace(context, feature, scale) {
  context.beginPath();
  for (const ring of feature.rings) {
    ring.forEach((point, i) => {
      const place = [point.x * scale, point.y * scale];
      if (i) context.lineTo(...place);
      else context.moveTo(...place);
    });
    if (feature.type === POLYGON) context.closePath();
  }
}

export { LINE, POINT, POLYGON };
