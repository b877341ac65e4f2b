"""What a benchmark says: one figure a line, with the bound it has to keep."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is to a floor measured in the same run, and `bound` is on the ratio; without a
    floor, both are None and the figure only informs.  `is_least`: the bound is the least ratio,
    or, without a floor, the least value."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    bound: float | None = None
    is_least: bool = False

    @property
    def is_within_bound(self) -> bool:
        if self.is_least and self.bound is not None:
            return (self.value if self.ratio is None else self.ratio) >= self.bound
        return self.bound is None or self.ratio is None or self.ratio <= self.bound

    def __str__(self) -> str:
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f} ×"
        sign = "≥" if self.is_least else "≤"
        times = "" if self.ratio is None else " ×"
        bound = "" if self.bound is None else f"bound {sign} {self.bound:g}{times}"
        verdict = "" if self.is_within_bound else "PASSED BY"
        return f"{self.name:<44} {self.value:>10.3f} {self.unit:<4} {ratio:>9}  {bound} {verdict}"


Contestants = dict[str, Callable[[], object]]


def race(contestants: Contestants, *, rounds: int = 15) -> dict[str, float]:
    """Best seconds of each, taken in turns: what the code itself needs.  A median would measure
    who else is at work on the machine (with five others on two cores it doubled a ratio)."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        run()  # warm: connections, plans, caches of pages
    for _ in range(rounds):
        for name, run in contestants.items():
            began = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - began)
    return {name: min(times) for name, times in taken.items()}


def against_floor(
    name: str, seconds: dict[str, float], *, floor: str, bounds: dict[str, float], each: int
) -> Sequence[Figure]:
    """Figures in ms a time, `each` times a run; ratios are to the contestant `floor`."""
    return [
        Figure(
            f"{name}.{contestant}",
            1_000 * taken / each,
            "ms",
            None if contestant == floor else taken / seconds[floor],
            bounds.get(contestant),
        )
        for contestant, taken in seconds.items()
    ]
