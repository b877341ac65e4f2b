// A version that may not be public yet, on a map for those who work on it; or a published overlay.
import { createMap } from "./map/create.js";
import { changesGrid } from "./map/changes.js";
import { overlayGrid } from "./map/overlays.js";

const element = document.getElementById("preview-map");
const overlay = JSON.parse(document.getElementById("overlay-preview").textContent);
const switchLabel = document.querySelector("[data-changes-switch]");
const made = createMap(element);
const grid = overlayGrid(overlay);
grid.on("load", () => {
  element.dataset.previewReady = "yes";
});
made.overlays = [grid.addTo(made.map)];
if (switchLabel && overlay.changes) addChanges();

function addChanges() {
  const changes = changesGrid({ url: overlay.changes, minZoom: 1, maxNativeZoom: overlay.maxzoom + 1, words: kindWords() });
  changes.on("load", () => {
    element.dataset.changesReady = changes.count();
  });
  made.overlays.push(changes.addTo(made.map));
  switchLabel.hidden = false;
  switchLabel.querySelector("input").addEventListener("change", ({ target }) => {
    if (target.checked) made.map.addLayer(changes);
    else made.map.removeLayer(changes);
  });
}

/** What the legend calls each kind of change. */
function kindWords() {
  const words = {};
  for (const kind of ["added", "changed", "removed"]) {
    words[kind] = document.querySelector(`.legend .change-${kind}`)?.textContent ?? kind;
  }
  return words;
}
