// Long work in slices, so that a map goes on moving: all tiles together share one budget a frame.
const SLICE_MS = 6;
let end = 0;
let next = null;

/** Whether this frame's share is used up: then `await nextSlice()`. */
export function isSpent() {
  return performance.now() > end;
}

/** Resolves once the next frame has been painted. */
export function nextSlice() {
  next ??= new Promise((resolve) => {
    requestAnimationFrame(() =>
      setTimeout(() => {
        next = null;
        end = performance.now() + SLICE_MS;
        resolve();
      }),
    );
  });
  return next;
}

/** Calls `work(part)` for the parts of `list`, `size` long each; ends early by throwing where `signal` says so. */
export async function inSlices(list, size, signal, work) {
  for (let from = 0; from < list.length; from += size) {
    while (isSpent()) await nextSlice();
    signal.throwIfAborted();
    work(size < list.length ? list.slice(from, from + size) : list);
  }
}
