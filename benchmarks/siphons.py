"""
Siphons: a thousand settings on the same paths, parts watched, against the sweep's kernel for any policy.

Draws are included on both sides. The war chest chapter wants its map, 1,000 settings x 2,000 paths x 500 trades, in 5 s
on two cores.
"""

from __future__ import annotations

import os
import statistics

import numpy as np

from benchmarks import machine
from benchmarks.clock import cpu, one_core, timed, wall
from benchmarks.page import Page

__all__ = ["siphons"]

_PATHS, _STEPS = 2_000, 500
_FEW = 200  # paths of both in a round against the general kernel
_STAKE = 0.1


def siphons(page: Page) -> None:
    """The whole map, then its kernel against the general one."""
    from nija_research import data, simulate
    from nija_research.simulate import siphon, worlds

    around = siphon.scenarios(data.load_trades("sp500_trend"), edge=0.15, costs=worlds.Costs(leverage=5.0))
    rates = np.linspace(0.0, 0.96, 125).tolist()
    settings = {"horizon": _STEPS, "rng": 1}
    n = len(siphon.siphon_grid(_STAKE, rates))
    page.section(
        f"Siphons: the map over basis, settlement and rate, {n:,} settings x {_PATHS:,} paths x {_STEPS} trades",
        "world | processor, one core | wall, one core | wall, all cores | wanted, two cores",
    )
    work = float(n * _PATHS * _STEPS)
    for name, world in around.items():
        siphon.rate_grid(world, _STAKE, rates, n_paths=64, horizon=8)
        times = []
        for _ in range(3):
            start = (cpu(), wall())
            siphon.rate_grid(world, _STAKE, rates, n_paths=_PATHS, threads=1, **settings)
            one = (cpu() - start[0], wall() - start[1])
            every = timed(lambda world=world: siphon.rate_grid(world, _STAKE, rates, n_paths=_PATHS, **settings))  # type: ignore[misc]
            times.append((*one, every))
        busy, single, every = zip(*times, strict=True)
        page.row(
            name,
            f"{1e9 * statistics.median(busy) / work:.1f} ns a step",
            f"{min(single):.2f} s",
            f"{min(every):.2f} s",
            "5 s",
        )
    page.note(
        "Figures and intervals of every setting included. Wall times are the shortest of three. Load of the machine "
        f"meanwhile: {machine.load()} processes on {len(os.sched_getaffinity(0))} cores."
    )
    page.section("Siphons: their kernel against the one for any policy, processor time on one core", _HEADER)
    some = {"|".join(map(str, key)): rule for key, rule in siphon.siphon_grid(_STAKE, rates[::16]).items()}
    world, columns = around["bets won at 55 %"], ("profit", "max_drawdown")
    small = {"n_paths": _FEW, "columns": columns, "threads": 1} | settings
    ours = siphon.sweep_siphons(some, world, **small)  # type: ignore[arg-type]
    theirs = simulate.sweep(some, world, specialise=False, **small)  # type: ignore[arg-type]
    gap = max(float(np.abs(ours[name]["profit"] - theirs[name]["profit"]).max()) for name in some)
    steps = float(len(some) * _FEW * _STEPS)
    with one_core():
        page.pair(
            f"{len(some)} siphons / general kernel, parts not watched",
            lambda: siphon.sweep_siphons(some, world, **small),  # type: ignore[arg-type]
            lambda: simulate.sweep(some, world, specialise=False, **small),  # type: ignore[arg-type]
            5,
            units=(steps, steps),
            unit=("ns", 1e9),
            clock=cpu,
            more=("1", f"{gap:.0e}"),
        )


_HEADER = "what / peer | ours | peer | ratio | wanted | gap"
