// The page on which a submission is made: map, place search, who answers.
import "./focus.js";
import "./map/page.js";
import { askQuestionsOfCategory, offerCategoriesOfKind } from "./category-by-kind.js";
import { startPlaceSearch } from "./place-search.js";
import { startWhoAnswers } from "./who-answers.js";

const form = document.querySelector("[data-submission-form]");
startPlaceSearch(form);
offerCategoriesOfKind(form);
askQuestionsOfCategory(form);
startWhoAnswers(form);
for (const element of form.querySelectorAll("[data-without-script]")) element.hidden = true;
