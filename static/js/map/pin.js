// The pin itself: where a submission is, or is about to be.
const L = window.L;
const SVG = "http://www.w3.org/2000/svg";

export function pinIcon() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 32 42");
  svg.setAttribute("aria-hidden", "true");
  const body = document.createElementNS(SVG, "path");
  body.setAttribute("d", "M16 1C7.700 1 1 7.700 1 16c0 11 15 25 15 25s15-14 15-25C31 7.700 24.300 1 16 1z");
  const heart = document.createElementNS(SVG, "circle");
  for (const [name, value] of Object.entries({ cx: 16, cy: 16, r: 6 })) heart.setAttribute(name, value);
  svg.append(body, heart);
  return L.divIcon({ className: "map-pin", html: svg, iconSize: [32, 42], iconAnchor: [16, 41] });
}
