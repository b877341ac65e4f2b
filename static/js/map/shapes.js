// Each status has a colour and a shape of its own, so that no one has to tell colours apart.
// The same shapes stand in tags (static/css/parts.css).

const OUTLINES = {
  in_progress: [[0, -1.15], [1.1, 0.85], [-1.1, 0.85]],
  scheduled: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  resolved: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  rejected: [
    [-0.6, -1.1], [0, -0.5], [0.6, -1.1], [1.1, -0.6], [0.5, 0], [1.1, 0.6],
    [0.6, 1.1], [0, 0.5], [-0.6, 1.1], [-1.1, 0.6], [-0.5, 0], [-1.1, -0.6],
  ],
};

/** The pin of a submission at (x, y) with `radius` in px; a proposal has a white heart. */
export function drawPin(context, { x, y, radius, status, kind, colour }) {
  outline(context, x, y, radius, OUTLINES[status]);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = "#fff";
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  if (kind === "proposal" && status !== "rejected") {
    outline(context, x, y, radius * 0.38);
    context.fillStyle = "#fff";
    context.fill();
  }
}

function outline(context, x, y, radius, corners) {
  context.beginPath();
  if (!corners) {
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  for (const [dx, dy] of corners) context.lineTo(x + dx * radius, y + dy * radius);
  context.closePath();
}

const symbols = new Map();
const EDGE = 3; // px around a shape: its white outline

/** A pin as a picture, drawn once: a map full of pins is then as many copies. */
export function symbolOf(pin, ratio) {
  const key = [pin.status, pin.kind, pin.radius, pin.colour, ratio].join();
  if (!symbols.has(key)) symbols.set(key, drawSymbol(pin, ratio));
  return symbols.get(key);
}

function drawSymbol(pin, ratio) {
  const half = Math.ceil(pin.radius * 1.25 + EDGE);
  const picture = document.createElement("canvas");
  picture.width = 2 * half * ratio;
  picture.height = 2 * half * ratio;
  const context = picture.getContext("2d");
  context.scale(ratio, ratio);
  drawPin(context, { ...pin, x: half, y: half });
  return { picture, half };
}

const STATUSES = ["new", "in_progress", "scheduled", "resolved", "rejected"];

/** Status → colour, from the tokens of the page. */
export function statusColours() {
  const tokens = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    STATUSES.map((status) => [status, tokens.getPropertyValue(`--pin-${status}`).trim()]),
  );
}
