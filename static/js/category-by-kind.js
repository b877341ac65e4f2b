// Only the categories of the kind that is chosen, and only the questions of the chosen category.

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

export function askQuestionsOfCategory(form) {
  const select = form.elements.namedItem("category");
  const questions = [...form.querySelectorAll("[data-question-of]")];
  const offer = () => {
    for (const question of questions) {
      question.hidden = question.dataset.questionOf !== select.value;
      question.disabled = question.hidden;
      question.querySelector(".optional").hidden = true;
    }
  };
  select.addEventListener("change", offer);
  offer();
}
