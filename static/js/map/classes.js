// Values in a few classes: about as many areas in each (quantiles), equal values never parted.
export const MOST_CLASSES = 5;

/** Classes of the positive ones of `values`, lowest first: [{from, to, tone}], both ends being values
 *  that occur; `tone` from 1 to MOST_CLASSES, spread over the palette where there are fewer classes. */
export function classesOf(values) {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  const tops = distinct.length <= MOST_CLASSES ? distinct : quantiles(sorted);
  return tops.map((to, index) => ({
    from: distinct.find((value) => index === 0 || value > tops[index - 1]),
    to,
    tone: toneOf(index, tops.length),
  }));
}

function quantiles(sorted) {
  const at = (part) => sorted[Math.ceil((sorted.length * part) / MOST_CLASSES) - 1];
  return [...new Set(Array.from({ length: MOST_CLASSES }, (_, index) => at(index + 1)))];
}

function toneOf(index, number) {
  if (number === 1) return Math.ceil(MOST_CLASSES / 2);
  return 1 + Math.round((index * (MOST_CLASSES - 1)) / (number - 1));
}

/** The tone of a value: 0 for none at all, null where nothing is known. */
export function toneFor(value, classes) {
  if (value === null || value === undefined) return null;
  if (value === 0) return 0;
  return (classes.find(({ to }) => value <= to) ?? classes.at(-1)).tone;
}
