// Only the categories of the kind that is chosen.

export function offerCategoriesOfKind(form) {
  const select = form.elements.namedItem("category");
  const groups = [...select.querySelectorAll("optgroup")];
  const radios = [...form.querySelectorAll("input[name=kind]")];
  const offer = () => {
    const chosen = radios.find((radio) => radio.checked)?.closest("label").textContent.trim();
    if (!groups.some((group) => group.label === chosen)) return;
    for (const group of groups) {
      group.hidden = group.label !== chosen;
      group.disabled = group.hidden;
    }
    if (select.selectedOptions[0]?.closest("optgroup")?.disabled) select.value = "";
  };
  radios.forEach((radio) => radio.addEventListener("change", offer));
  offer();
}
