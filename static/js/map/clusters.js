// Counted cells: where there are too many submissions for pins, a tile says how many there are.
const BLOCKS = 8; // a side of a tile: circles 64 px apart
const MARGIN = 4; // px beyond the circle that a click still reaches
const FULL_CIRCLE = 2 * Math.PI;

export const isCluster = ({ properties }) => properties.count !== undefined;

/** The features of a tile, its cells put together to blocks that a circle has room in. */
export function merged(features) {
  const blocks = new Map();
  for (const feature of features.filter(isCluster)) {
    const [[{ x, y }]] = feature.rings;
    const side = feature.extent / BLOCKS;
    const key = `${Math.floor(x / side)}:${Math.floor(y / side)}`;
    if (!blocks.has(key)) blocks.set(key, []);
    blocks.get(key).push(feature);
  }
  const pins = features.filter((feature) => !isCluster(feature));
  return [...[...blocks.values()].map(block), ...pins];
}

/** One feature for some cells: their sums, where most of them are. */
function block(cells) {
  const count = sum(cells, ({ properties }) => properties.count);
  const open = sum(cells, ({ properties }) => properties.open);
  const middle = (axis) =>
    sum(cells, ({ properties, rings }) => rings[0][0][axis] * properties.count) / count;
  const rings = [[{ x: middle("x"), y: middle("y") }]];
  return { ...cells[0], properties: { ...cells[0].properties, count, open }, rings };
}

function sum(cells, value) {
  return cells.reduce((total, cell) => total + value(cell), 0);
}

function radius(count) {
  return Math.min(10 + 4 * Math.log10(count), 28);
}

export function drawClusters(context, clusters, scale) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const cluster of clusters) {
    const { count } = cluster.properties;
    const [[{ x, y }]] = cluster.rings;
    const [left, top] = [x * scale(cluster), y * scale(cluster)];
    context.beginPath();
    context.arc(left, top, radius(count), 0, FULL_CIRCLE);
    context.fillStyle = "#1b3a5c";
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = "#fff";
    context.stroke();
    context.fillStyle = "#fff";
    context.font = "600 12px system-ui, sans-serif";
    context.fillText(short(count), left, top);
  }
}

function short(count) {
  if (count < 1000) return String(count);
  return count < 1e6 ? `${Math.round(count / 1000)}k` : `${Math.round(count / 1e6)}M`;
}

/** The cluster under a place, or within `reach_px` of it: {count, zoom, latlng, bounds}, `zoom` being the
 *  map's at which it has come apart, `bounds` what holds its members; null where there is none. */
export function clusterAt(grid, latlng, reach_px = 0) {
  const hit = grid
    .featuresAt(latlng, reach_px || 40, isCluster)
    .find(({ feature, distance_px }) =>
      distance_px <= Math.max(reach_px, radius(feature.properties.count) + MARGIN),
    );
  return hit ? described(hit.feature, hit.at) : null;
}

/** The clusters within `bounds`, the largest first, as `clusterAt` has them. */
export function clustersIn(grid, bounds) {
  const found = [];
  const take = (feature, place) => {
    const cluster = described(feature, place);
    if (bounds.contains(cluster.latlng) && !feature.properties.copy) found.push(cluster);
  };
  grid.eachFeature(take, isCluster);
  return found.sort((a, b) => b.count - a.count);
}

/** A tile of zoom z is shown at the map's zoom z + 1. */
function described({ properties: { count, zoom }, rings: [[{ x, y }]], extent }, place) {
  const side = extent / BLOCKS;
  const [west, north] = [x, y].map((units) => Math.floor(units / side) * side);
  const bounds = [place(west, north), place(west + side, north + side)];
  return { count, zoom: zoom + 1, latlng: place(x, y), bounds, radius: radius(count) };
}

/** "24 reports", in the words of the page, for the kinds that the filter lets through. */
export function countInWords(count, { counted }, query = "") {
  const kinds = new URLSearchParams(query).getAll("kind");
  const [one, many] = counted[kinds.length === 1 ? kinds[0] : "all"] ?? counted.all;
  const number = new Intl.NumberFormat(document.documentElement.lang).format(count);
  // French and English both say “1 report” and “2 reports”.
  return (count === 1 ? one : many).replace("{n}", number);
}
