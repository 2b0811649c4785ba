"""
Paired timings: ours and the peer in turn, several rounds, the median of the ratios.

Single times drift with the machine; the ratio within a round does not. On a machine that others use too, processor
time says more than the wall clock: it counts what the work took, not what it waited.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

__all__ = ["Pair", "cpu", "one_core", "paired", "timed", "wall"]

wall, cpu = time.perf_counter, time.process_time


class Pair(NamedTuple):
    """Median times of both (seconds a unit of work), and the ratio peer / ours: median, lowest, highest."""

    ours: float
    peer: float
    ratio: float
    low: float
    high: float


def timed(work: Callable[[], object], clock: Callable[[], float] = wall) -> float:
    """Seconds of one call."""
    start = clock()
    work()
    return clock() - start


def paired(
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    rounds: int,
    units: tuple[float, float] = (1.0, 1.0),
    clock: Callable[[], float] = wall,
) -> Pair:
    """Time both in turn, each divided by its units of work, after one round that is not counted."""
    ours(), peer()  # compilation, imports, caches
    times = [(timed(ours, clock) / units[0], timed(peer, clock) / units[1]) for _ in range(rounds)]
    ratios = [b / a for a, b in times]
    mine, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    return Pair(mine, theirs, statistics.median(ratios), min(ratios), max(ratios))


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this thread, and those started inside, on one processor."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
