// Before it is sent: which collectivity answers for this pin and category, and why.

export function startWhoAnswers(form) {
  const box = form.querySelector("[data-who-answers]");
  const field = (name) => form.elements.namedItem(name);
  let request = null;

  async function ask() {
    const asked = { lon: field("lon").value, lat: field("lat").value };
    const category = field("category").value;
    if (!asked.lon.trim() || !asked.lat.trim()) return;
    if (category) asked.category = category;
    request?.abort();
    request = new AbortController();
    try {
      const url = `${box.dataset.url}?${new URLSearchParams(asked)}`;
      const response = await fetch(url, { signal: request.signal });
      tell(box, response.ok, await response.json());
    } catch (error) {
      if (error.name !== "AbortError") box.hidden = true;
    }
  }

  for (const name of ["lon", "lat", "category"]) field(name).addEventListener("change", ask);
  ask();
}

/** On a border: which areas meet, and which of them owns the pin; else ''. */
function atTheBorder(box, { border, areas }) {
  if (!border) return "";
  const { level } = areas.findLast((area) => !area.is_owner);
  const meeting = areas.filter((area) => area.level === level);
  const owner = meeting.find((area) => area.is_owner);
  return box.dataset.border
    .replace("{areas}", meeting.map(({ name }) => name).join(" / "))
    .replace("{owner}", owner.name);
}

/** The sentence of the answer, or of the refusal (RFC 9457: `errors`, else `detail`). */
function tell(box, isFound, answer) {
  const refusal = Object.values(answer.errors ?? {}).flat()[0] ?? answer.detail ?? "";
  const text = isFound ? [answer.route.reason, atTheBorder(box, answer)].filter(Boolean).join(". ") : refusal;
  box.classList.toggle("notice-warning", !isFound);
  box.textContent = text;
  box.hidden = !text;
}
