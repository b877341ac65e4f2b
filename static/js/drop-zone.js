// A file input becomes a place to drop a file on; without this script it is a plain file input.

for (const input of document.querySelectorAll("input[type=file][data-drop]")) enhance(input);

function enhance(input) {
  const zone = document.createElement("div");
  zone.className = "drop-zone";
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.textContent = input.dataset.drop;
  const chosen = document.createElement("p");
  chosen.setAttribute("role", "status");
  input.replaceWith(zone);
  zone.append(hint, input, chosen);
  listen(zone, input);
  input.addEventListener("change", () => tell(input, chosen));
}

function listen(zone, input) {
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("drop-zone-over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("drop-zone-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("drop-zone-over");
    if (!event.dataTransfer.files.length) return;
    input.files = firstOf(event.dataTransfer.files);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** One file is taken, whatever was dropped. */
function firstOf(files) {
  const transfer = new DataTransfer();
  transfer.items.add(files[0]);
  return transfer.files;
}

function tell(input, chosen) {
  const [file] = input.files;
  chosen.textContent = file ? `${file.name} · ${sizeOf(file.size)}` : "";
  const name = input.form?.elements.namedItem("name");
  if (file && name && !name.value) name.value = file.name.replace(/\.[^.]*$/, "").replaceAll(/[_-]+/g, " ");
}

function sizeOf(bytes) {
  const [number, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  const options = { style: "unit", unit, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, options).format(number);
}
