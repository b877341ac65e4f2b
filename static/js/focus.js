// What the page wants to be read first: what is wrong with a form, or the answer that was asked for.
document.querySelector("[data-focus]")?.focus();
