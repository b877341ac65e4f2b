// What the map shows, for the addresses that show it elsewhere: on paper, in a frame.

/** {at, hash}: the middle and zoom, and which overlays are on, as Choices of overlay-control.js
 *  reads it; no hash before overlays are known, or where there are none. */
export function seenIn({ map, overlays }) {
  const { lng, lat } = map.getCenter().wrap();
  const on = overlays.filter((grid) => map.hasLayer(grid)).map(({ overlay }) => overlay.slug);
  return {
    at: `${lng.toFixed(5)},${lat.toFixed(5)},${Math.round(map.getZoom())}`,
    hash: overlays.length ? `overlays=${on.join(",")}` : "",
  };
}

/** `path` with the filter of the page's address (its parameters `names`) and what the map shows. */
export function takenAlong(made, path, names, more = {}) {
  const url = new URL(path, location.href);
  const asked = new URLSearchParams(location.search);
  for (const name of names) for (const value of asked.getAll(name)) url.searchParams.append(name, value);
  const { at, hash } = seenIn(made);
  for (const [name, value] of Object.entries({ at, ...more })) url.searchParams.set(name, value);
  url.hash = hash;
  return url.href.replaceAll("%2C", ",").replaceAll("%3A", ":");
}
