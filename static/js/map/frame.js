// The map in a frame of somebody else's page.
import { createMap } from "./create.js";
import { showHere } from "./shown-here.js";

const page = document.querySelector(".page-embed");
const element = page?.querySelector("[data-map]");
if (element) {
  const made = createMap(element);
  const changed = (isUntouched) => {
    made.map.invalidateSize({ animate: false });
    if (isUntouched) made.look();
  };
  showHere({ page, made, changed });
}
