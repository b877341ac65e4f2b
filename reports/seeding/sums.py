"""Numbers by key where there are tens of millions of keys: in sorted arrays, twelve bytes a key."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Numbers = NDArray[np.int32]
_LEAST_TO_GATHER = 20_000


class Sums:
    """What is added lies in runs, and is gathered where they outgrow what is gathered already: each
    key is sorted a few times, and one range of keys at a time."""

    def __init__(self, bounds: Keys) -> None:
        """`bounds`: ascending keys at which ranges begin; one begins before them all."""
        self._bounds = bounds
        self._ranges = [_Range() for _ in range(len(bounds) + 1)]

    def count(self, keys: Keys) -> None:
        """One for each, in any order and as often as it comes."""
        unique, numbers = np.unique(keys, return_counts=True)
        cuts = np.searchsorted(unique, self._bounds)
        pairs = zip(np.split(unique, cuts), np.split(numbers.astype(np.int32), cuts), strict=True)
        for its_range, (some, their_numbers) in zip(self._ranges, pairs, strict=True):
            its_range.add(some, their_numbers)

    def ranges(self) -> Iterator[tuple[Keys, Numbers]]:
        """Each with its keys ascending; they are forgotten as they are given out."""
        while self._ranges:
            yield self._ranges.pop(0).gathered()


class _Range:
    def __init__(self) -> None:
        self._runs: list[tuple[Keys, Numbers]] = [(np.empty(0, np.int64), np.empty(0, np.int32))]
        self._waiting = 0

    def add(self, keys: Keys, numbers: Numbers) -> None:
        # Copies: a view would keep the whole batch in memory.
        self._runs.append((keys.copy(), numbers.copy()))
        self._waiting += len(keys)
        if self._waiting > max(_LEAST_TO_GATHER, len(self._runs[0][0])):
            self.gathered()

    def gathered(self) -> tuple[Keys, Numbers]:
        keys = np.concatenate([keys for keys, _numbers in self._runs])
        numbers = np.concatenate([numbers for _keys, numbers in self._runs])
        order = np.argsort(keys, kind="stable")  # timsort: the runs are sorted
        self._runs, self._waiting = [summed(keys[order], numbers[order])], 0
        return self._runs[0]


def summed(keys: Keys, numbers: NDArray[np.int32]) -> tuple[Keys, NDArray[np.int32]]:
    """Rows of equal keys (ascending) added up; `numbers` may have further axes."""
    if not len(keys):
        return keys, numbers
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[starts], np.add.reduceat(numbers, starts, axis=0, dtype=np.int32)
