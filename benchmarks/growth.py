"""What a run took stays in `var/bench-<name>.json`, so that a run over ten times the submissions
prints how much more the same took: 10 million against 1 million."""

import json
from collections.abc import Iterator, Mapping

from django.conf import settings

from benchmarks import seeded
from benchmarks.figures import Figure


def growth(bench: str, taken: Mapping[str, float], bounds: Mapping[str, float]) -> Iterator[Figure]:
    """Keeps what was `taken` (seconds by name) and yields, where a tenth of the submissions was
    measured before, the ratio of each that has a bound."""
    path = settings.VAR / f"bench-{bench}.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    before = kept.get(str(seeded.COUNT // 10), {})
    kept[str(seeded.COUNT)] = dict(taken)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept), encoding="utf-8")
    for name, bound in bounds.items():
        if name in before and name in taken:
            ratio = taken[name] / before[name]
            yield Figure(f"{bench}.{name}.growth ({seeded.COUNT:,})", 0.0, "", ratio, bound)
