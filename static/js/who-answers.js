// Before it is sent: which collectivity answers for this pin and category, and why; on a border, the
// question on which side it is.

export function startWhoAnswers(form) {
  const box = form.querySelector("[data-who-answers]");
  const field = (name) => form.elements.namedItem(name);
  let request = null;

  function asked() {
    const params = new URLSearchParams({ lon: field("lon").value, lat: field("lat").value });
    for (const name of ["category", "accuracy_m"]) if (field(name).value) params.set(name, field(name).value);
    const side = form.querySelector("input[name=side]:checked")?.value ?? "";
    if (side.includes(":")) params.set("side", side);
    for (const answer of form.querySelectorAll("[data-question-of]:not([hidden]) input:checked")) {
      params.set(answer.name, answer.value);
    }
    return params;
  }

  async function ask() {
    if (!field("lon").value.trim() || !field("lat").value.trim()) return;
    request?.abort();
    request = new AbortController();
    try {
      const response = await fetch(`${box.dataset.url}?${asked()}`, { signal: request.signal });
      tell(box, response.ok, await response.json());
    } catch (error) {
      if (error.name !== "AbortError") box.hidden = true;
    }
  }

  /** Another place has other sides: what was chosen for the old one is forgotten. */
  function askAnew() {
    offerSides(box, []);
    ask();
  }

  for (const name of ["lon", "lat"]) field(name).addEventListener("change", askAnew);
  form.addEventListener("change", ({ target }) => {
    if (/^(category|side|answer-.*)$/.test(target.name)) ask();
  });
  ask();
}

/** The sentence of the answer, or of the refusal (RFC 9457: `errors`, else `detail`). */
function tell(box, isFound, answer) {
  const refusal = Object.values(answer.errors ?? {}).flat()[0] ?? answer.detail ?? "";
  const text = isFound ? answer.route.reason : refusal;
  box.classList.toggle("notice-warning", !isFound);
  box.querySelector("[data-reason]").textContent = text;
  box.querySelector("[data-to-verify]").hidden = !(isFound && answer.route.to_verify);
  offerSides(box, isFound ? sidesOf(answer) : []);
  offerOthers(box, isFound ? answer.route.also_concerned : []);
  box.hidden = !text;
}

const key = ({ level, code }) => `${level}:${code}`;

function sidesOf({ sides, areas }) {
  return areas.filter((area) => sides.includes(key(area)));
}

function offerSides(box, sides) {
  const fieldset = box.querySelector("[data-sides]");
  const choices = box.querySelector("[data-sides-choices]");
  const chosen = choices.querySelector("input:checked")?.value;
  fieldset.hidden = sides.length === 0;
  const legend = fieldset.querySelector("legend");
  legend.textContent = legend.dataset.border.replace("{areas}", sides.map(({ name }) => name).join(" / "));
  const radios = sides.map((area) => radio(key(area), area.name, chosen));
  if (sides.length) radios.push(radio("unknown", choices.dataset.unknown, chosen));
  const focused = choices.contains(document.activeElement) ? document.activeElement.value : null;
  choices.replaceChildren(...radios);
  if (focused) choices.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
}

function radio(value, text, chosen) {
  const label = document.createElement("label");
  label.className = "kind";
  const input = Object.assign(document.createElement("input"), { type: "radio", name: "side", value });
  input.checked = value === chosen;
  label.append(input, ` ${text}`);
  return label;
}

function offerOthers(box, others) {
  const select = box.querySelector("select");
  const chosen = select.value;
  const rules = new Option(select.dataset.byTheRules, "");
  select.replaceChildren(rules, ...others.map((body) => new Option(body.name, key(body))));
  select.value = others.some((body) => key(body) === chosen) ? chosen : "";
  box.querySelector("[data-others]").hidden = others.length === 0;
}
