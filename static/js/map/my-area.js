// The area that a visitor chose, kept by this browser alone: {key, name, bounds}.
const STORED = "cantonnier.my-area";

/** What was chosen, or null; `bounds` is [west, south, east, north] in degrees, or null. */
export function myArea() {
  try {
    const { key, name, bounds } = JSON.parse(localStorage.getItem(STORED) ?? "null") ?? {};
    if (typeof key !== "string" || typeof name !== "string" || !key.includes(":")) return null;
    const isBox = Array.isArray(bounds) && bounds.length === 4 && bounds.every(Number.isFinite);
    return { key, name, bounds: isBox ? bounds : null };
  } catch {
    return null;
  }
}

/** False where this browser keeps nothing. */
export function keepMyArea(area) {
  try {
    localStorage.setItem(STORED, JSON.stringify(area));
    return true;
  } catch {
    return false;
  }
}

export function forgetMyArea() {
  try {
    localStorage.removeItem(STORED);
  } catch {
    // Nothing was kept.
  }
}
