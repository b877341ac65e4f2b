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

const STATUSES = ["new", "in_progress", "scheduled", "resolved", "rejected"];

/** Status → colour, from the tokens of the page. */
export function statusColours() {
  const tokens = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    STATUSES.map((status) => [status, tokens.getPropertyValue(`--status-${status}`).trim()]),
  );
}
