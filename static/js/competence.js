// Only the fields that belong to the chosen answer and condition.
import "./focus.js";
const form = document.querySelector("form[novalidate]");

function show() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const chosen = form.querySelector(`input[name=${part.dataset.when}]:checked`)?.value ?? "";
    part.hidden = !part.dataset.is.split(" ").includes(chosen);
  }
}

form.addEventListener("change", show);
show();
