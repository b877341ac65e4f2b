// Shows what the first shapes are called while one chooses what the fields mean.

const form = document.querySelector("form[data-mapping]");

async function look() {
  const rows = form.querySelector("[data-mapping-rows]");
  const response = await fetch(form.dataset.mapping, { method: "POST", body: new FormData(form) });
  if (!response.ok) return;
  const fragment = new DOMParser().parseFromString(await response.text(), "text/html");
  rows.replaceChildren(...fragment.body.childNodes);
}

if (form) {
  form.querySelector("[data-mapping-try]")?.setAttribute("hidden", "");
  for (const select of form.querySelectorAll("select")) select.addEventListener("change", () => look().catch(() => {}));
}
