// A version that may not be public yet, on a map for those who work on it.
import { createMap } from "./map/create.js";
import { overlayGrid } from "./map/overlays.js";

const element = document.getElementById("preview-map");
const overlay = JSON.parse(document.getElementById("overlay-preview").textContent);
const made = createMap(element);
const grid = overlayGrid(overlay);
grid.on("load", () => {
  element.dataset.previewReady = "yes";
});
made.overlays = [grid.addTo(made.map)];
