// Says above the map why submissions are missing from it, in the server's own sentence: a filter
// that takes too long, or too many of them.

/** `grid` is a VectorGrid, `element` the map's. */
export function tellRefusals(grid, element) {
  const said = document.createElement("p");
  said.className = "notice notice-error map-refused";
  said.setAttribute("role", "alert");
  said.hidden = true;
  element.before(said);
  let isRefused = false;
  grid.on("loading", () => {
    isRefused = false;
  });
  grid.on("tileerror", ({ error }) => {
    if (!error.sentence) return;
    isRefused = true;
    if (said.textContent !== error.sentence) said.textContent = error.sentence;
    said.hidden = false;
  });
  grid.on("load", () => {
    if (!isRefused) said.hidden = true;
  });
}
