// Trying the rules: a click on the map fills in the place; questions of the chosen category.
import "./focus.js";
import "./map/page.js";
import { askQuestionsOfCategory } from "./category-by-kind.js";

askQuestionsOfCategory(document.querySelector("form[novalidate]"));
