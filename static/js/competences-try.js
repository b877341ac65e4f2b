// Trying the rules: a click on the map fills in the place; questions of the chosen category.
import "./map/page.js";
import { askQuestionsOfCategory } from "./category-by-kind.js";

askQuestionsOfCategory(document.querySelector("form[novalidate]"));
document.querySelector("[data-focus]")?.focus();
