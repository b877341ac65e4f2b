// What a click on overlays tells: the first shape in full, as its page has it, the others by name.
const MOST = 5;

/** An element that fills as the page of the first shape comes; calls `grown` when it has. */
export function describeShapes(shapes, words, grown = () => {}) {
  const box = document.createElement("div");
  box.className = "map-popup map-popup-shape";
  const list = document.createElement("ul");
  list.className = "list-plain";
  list.append(...shapes.slice(0, MOST).map((shape) => line(shape, words)));
  box.append(list);
  const first = shapes.find(({ url }) => url);
  if (first) tell(first, box, list, grown);
  return box;
}

function line({ name, folder, gathered, url, overlay }, words) {
  const item = document.createElement("li");
  const title = document.createElement(url ? "a" : "strong");
  if (url) title.href = url;
  title.textContent = gathered ? words.gathered.replace("{n}", gathered) : name || folder || overlay;
  item.append(title);
  if (name && folder) item.append(hint(folder));
  else if (gathered) item.append(hint(overlay));
  return item;
}

function hint(text) {
  const element = document.createElement("span");
  element.className = "hint";
  element.textContent = text;
  return element;
}

/** Puts what the page of a shape says in the place of its line. */
async function tell(shape, box, list, grown) {
  box.setAttribute("aria-busy", "true");
  const article = await articleOf(shape.url);
  box.removeAttribute("aria-busy");
  if (!article) return;
  const place = [...list.children].find((item) => item.querySelector("a")?.getAttribute("href") === shape.url);
  place?.remove();
  const title = article.querySelector("h1");
  if (title) title.replaceWith(linked(title.textContent, shape.url));
  box.prepend(article);
  if (!list.children.length) list.remove();
  grown();
}

function linked(text, url) {
  const heading = document.createElement("h2");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = text;
  heading.append(link);
  return heading;
}

async function articleOf(url) {
  try {
    const response = await fetch(url);
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-shape]");
  } catch {
    return null;
  }
}
