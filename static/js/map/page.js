// Every map of the page, and the pin picker of those that pick.
import { createMap } from "./create.js";
import { startPicker } from "../pin-picker.js";

for (const element of document.querySelectorAll("[data-map]")) {
  const made = createMap(element);
  if ("picker" in element.dataset) startPicker(made);
}
