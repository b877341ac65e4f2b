// The page on which a submission is made: map, place search, who answers.
import "./map/page.js";
import { offerCategoriesOfKind } from "./category-by-kind.js";
import { startPlaceSearch } from "./place-search.js";
import { startWhoAnswers } from "./who-answers.js";

const form = document.querySelector("[data-submission-form]");
startPlaceSearch(form);
startWhoAnswers(form);
offerCategoriesOfKind(form);
document.querySelector("[data-focus]")?.focus();
