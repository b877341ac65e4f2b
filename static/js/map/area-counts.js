// The numbers of a level's areas under the filter, as /api/v1/statistics/areas has them.
const FRESH_MS = 30_000;
const NOT_ASKED = ["area", "on"]; // the areas drawn stand in the stead of those

export class TooManyAreas extends Error {}

export class AreaCounts {
  constructor(root) {
    this.url = `${root}api/v1/statistics/areas`;
    this.last = { url: "", at: 0, rows: null };
  }

  /** Map of code → row ({name, total, per_1000 …}).  A question that a newer one supersedes ends with
   *  an AbortError.  Throws TooManyAreas where the view holds more than the service compares. */
  async of({ query, level, view, parent }) {
    this.request?.abort();
    const url = this._url(query, { level, view, parent });
    if (url === this.last.url && Date.now() - this.last.at < FRESH_MS) return this.last.rows;
    this.request = new AbortController();
    const response = await fetch(url, { signal: this.request.signal });
    const answer = await response.json();
    if (response.status === 400 && answer.errors?.level) throw new TooManyAreas();
    if (!response.ok) throw new Error(answer.detail ?? `areas: ${response.status}`);
    const rows = new Map(answer.areas.map((row) => [row.code, row]));
    this.last = { url, at: Date.now(), rows };
    return rows;
  }

  abort() {
    this.request?.abort();
  }

  _url(query, more) {
    const params = new URLSearchParams(query);
    for (const name of NOT_ASKED) params.delete(name);
    for (const [name, value] of Object.entries(more)) if (value) params.set(name, value);
    return `${this.url}?${params}`;
  }
}
