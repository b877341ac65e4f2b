// How many there are in each month, as bars over the slider: an SVG without inline style.
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 24;
const WIDEST_PX = 16; // half of it fits beside the middle of the thumb at the last month

/** `months` [{total}]; the slider's place 0, all months, has no bar. */
export function drawMonths(svg, months) {
  const most = Math.max(1, ...months.map(({ total }) => total));
  const width = Math.min(0.8, (WIDEST_PX * months.length) / (svg.clientWidth || 300));
  svg.setAttribute("viewBox", `0 0 ${months.length} ${HEIGHT}`);
  svg.replaceChildren(...months.map(({ total }, index) => bar(index + 1, (HEIGHT * total) / most, width)));
}

function bar(number, height, width) {
  const rect = document.createElementNS(SVG, "rect");
  // What is little is seen as little, not as nothing.
  const tall = height ? Math.max(1.5, height) : 0;
  rect.dataset.number = number;
  const shape = { x: number - width / 2, y: HEIGHT - tall, width, height: tall };
  for (const [name, value] of Object.entries(shape)) rect.setAttribute(name, value.toFixed(3));
  return rect;
}
