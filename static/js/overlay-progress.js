/* Follows the reading of an upload, and shows the result as soon as it is there. */

const EVERY_MS = 1000;
const section = document.querySelector("[data-progress]");

async function look() {
  const response = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const { state, label, percent, features } = await response.json();
  section.querySelector("[data-label]").textContent = label;
  section.querySelector("[data-features]").textContent = features;
  section.querySelector("progress").value = percent;
  if (state === "read" || state === "failed") {
    window.location.reload();
  }
}

async function follow() {
  try {
    await look();
  } catch {
    /* The network is gone for a moment: the next look will tell. */
  }
  window.setTimeout(follow, EVERY_MS);
}

if (section) follow();
