"""
The simulator: its kernel, peers on the same policies, sweeps, and memory.

All of 100,000 paths x 1,000 steps are run for the kernel's own figures; peers run less, their time is divided by the
path-steps they ran. Draws are included on both sides unless said otherwise.
"""

from __future__ import annotations

import os
import statistics
from importlib.util import find_spec

import numpy as np

from benchmarks import machine
from benchmarks.clock import cpu, one_core, timed, wall
from benchmarks.memory import FEW, footprint
from benchmarks.page import Page
from benchmarks.scene import BLOCK, POLICIES, Scene, disagreement, scene
from benchmarks.simulators import jax_scan, numba_loop, numpy_loop, objects, vectorbt_orders

__all__ = ["simulator"]

_PATHS, _STEPS = 100_000, 1_000
_OURS = 20_480  # paths of ours in a round against a peer
_NANO = ("ns", 1e9)
_HEADER = "what / peer | ours | peer | ratio | wanted | gap"


def simulator(page: Page) -> None:
    """Everything."""
    _kernel(page)
    page.section("Simulator: peers, processor time a path-step on one core", _HEADER)
    with one_core():
        for name in POLICIES:
            _against_loops(page, name)
        _against_vectorbt(page)
        _against_objects(page)
    page.note(
        "vectorbt runs on given returns, ours draws them; a fixed share of equity under the protection ladder, which "
        "is what an order function expresses. The object engine has no clock here, `document_000` needs none."
    )
    _sweep(page)
    _memory(page)


def _run(place: Scene, **more: object) -> object:
    from nija_research import simulate

    settings = {"n_paths": _OURS, "horizon": _STEPS, "rng": 1, "threads": 1, "specialise": True} | more
    return simulate.run(place.policy, place.world, **settings)  # type: ignore[arg-type]


def _kernel(page: Page) -> None:
    """Processor time on one core, and what the other cores add."""
    page.section(
        f"Simulator: the kernel, {_PATHS:,} paths x {_STEPS:,} steps",
        "policy, world | steps a day | kept | processor, one core | wall, one core | wall, all cores | speed-up",
    )
    work = float(_PATHS * _STEPS)
    for name in POLICIES:
        for method, pace in (("stationary", 1), ("stationary", 4), ("circular", 4)):
            place = scene(name, method, trades_per_day=pace)
            for kept in ("all", "few") if pace == 4 else ("all",):
                more = {"n_paths": _PATHS} | ({"columns": FEW} if kept == "few" else {})
                _run(place, **(more | {"n_paths": 64}))
                times = [_three_times(place, more) for _ in range(3)]
                busy, one, every = zip(*times, strict=True)
                gains = [a / b for a, b in zip(one, every, strict=True)]
                page.row(
                    f"`{name}`, {method} blocks",
                    str(pace),
                    kept,
                    f"{1e9 * statistics.median(busy) / work:.2f} ns",
                    f"{1e9 * min(one) / work:.2f} ns",
                    f"{1e9 * min(every) / work:.2f} ns",
                    f"{statistics.median(gains):.2f} (best {max(gains):.2f})",
                )
    page.note(
        "Wanted: 5 ns on one core with AVX-512, 1.8 from the second core. Processor times are medians, wall times the "
        'shortest of three. "few" is the end and the deepest drawdown, "all" every '
        f"count of a path. Load of the machine meanwhile: {machine.load()} processes on {len(os.sched_getaffinity(0))} "
        "cores; wall times and the speed-up mean something below 2 alone."
    )


def _three_times(place: Scene, more: dict[str, object]) -> tuple[float, float, float]:
    """Seconds of one run: processor and wall on one core, wall on all."""
    start = (cpu(), wall())
    _run(place, **more)
    return cpu() - start[0], wall() - start[1], timed(lambda: _run(place, **(more | {"threads": None})))


def _against_loops(page: Page, name: str) -> None:
    """The full stack as a numpy time loop, a plain numba loop and a jax scan."""
    place = scene(name)
    settings = {"horizon": _STEPS, "block": BLOCK}
    parts = (place.policy, place.source, place.multipliers)
    n, steps = 256, 300
    rows = place.world.draw(n, steps, rng=1).positions
    assert rows is not None
    known = _run(place, n_paths=n, horizon=steps).columns  # type: ignore[attr-defined]
    work = float(_OURS * _STEPS)

    many, few = 20_000, 50  # all lines of the stack are the same work at every step
    same = numpy_loop.run(*parts, n_paths=n, horizon=steps, block=BLOCK, rows=rows)
    page.pair(
        f"`{name}` / numpy time loop",
        lambda: _run(place),
        lambda: numpy_loop.run(*parts, n_paths=many, horizon=few, block=BLOCK),
        5,
        units=(work, float(many * few)),
        unit=_NANO,
        clock=cpu,
        more=("10", f"{disagreement(known, same):.0e}"),
    )
    loop = numba_loop.compiled(*parts, n_paths=2000, **settings)
    same = numba_loop.compiled(*parts, n_paths=n, horizon=steps, block=BLOCK)(rows)
    page.pair(
        f"`{name}` / plain numba loop, `np.random`",
        lambda: _run(place),
        lambda: loop(None),
        5,
        units=(work, 2000.0 * _STEPS),
        unit=_NANO,
        clock=cpu,
        more=("5", f"{disagreement(known, same):.0e}"),
    )
    if find_spec("jax") is None:
        page.note("jax is not installed: skipped (`make bench` makes an environment that has it).")
        return
    paths, long = 2048, 500  # the number of paths at which jax is fastest on the machine this was written on
    same = jax_scan.compiled(*parts, n_paths=n, horizon=steps, block=BLOCK)(np.ascontiguousarray(rows.T))
    scan = jax_scan.compiled(*parts, n_paths=paths, horizon=long, block=BLOCK)
    gap = f"{disagreement(known, same):.0e}"
    page.pair(
        f"`{name}` / jax scan",
        lambda: _run(place),
        scan,
        5,
        units=(work, float(paths * long)),
        unit=_NANO,
        clock=cpu,
        more=("3", gap),
    )
    fixed = np.ascontiguousarray(place.world.draw(paths, long, rng=1).positions.T)  # type: ignore[union-attr]
    page.pair(
        f"`{name}` / jax scan on given draws",
        lambda: _run(place),
        lambda: scan(fixed),
        5,
        units=(work, float(paths * long)),
        unit=_NANO,
        clock=cpu,
        more=("", gap),
    )


def _against_vectorbt(page: Page) -> None:
    """A fixed share of equity under the protection ladder."""
    from nija_research import simulate
    from nija_research.policy import DrawdownGuard, Policy, Stake

    if find_spec("vectorbt") is None:
        page.note("vectorbt is not installed: skipped (`make bench` makes an environment that has it).")
        return
    place = scene("document_003")._replace(policy=Policy(stake=Stake(share=0.10), drawdown=DrawdownGuard()))
    n = 300
    returns = place.world.draw(n, _STEPS, rng=1).returns
    theirs = vectorbt_orders.compiled(place.policy, returns)
    ours = simulate.run(place.policy, place.world, n_paths=n, horizon=_STEPS, rng=1)
    gap = float(np.abs(theirs() / ours.equity - 1.0).max())
    page.pair(
        "share and ladder / vectorbt `from_order_func`",
        lambda: _run(place, columns=("trading", "max_drawdown")),
        theirs,
        5,
        units=(float(_OURS * _STEPS), float(n * _STEPS)),
        unit=_NANO,
        clock=cpu,
        more=("150", f"{gap:.0e}"),
    )


def _against_objects(page: Page) -> None:
    """One account at a time, from Python."""
    place = scene("document_000")
    draws = place.world.draw(1, 2000, rng=1).positions
    assert draws is not None
    path, told = draws[0].tolist(), objects.told_rows(place)
    known = float(_run(place, n_paths=1, horizon=2000)["unit"][0])  # type: ignore[index]
    for title, n, work in (
        ("`document_000` / `Account`, trade and size", 2000, lambda n: objects.by_account(place, path[:n], told)),
        ("`document_000` / rules as plain Python", 200, lambda n: objects.by_plain_rules(place, path[:n])),
    ):
        page.pair(
            title,
            lambda: _run(place),
            lambda w=work, m=n: w(m),
            3,
            units=(float(_OURS * _STEPS), float(n)),
            unit=_NANO,
            clock=cpu,
            more=("200", f"{abs(work(2000) / known - 1.0):.0e}"),
        )


def _sweep(page: Page) -> None:
    """Many policies on the same paths against one run each."""
    from dataclasses import replace

    from nija_research import simulate
    from nija_research.simulate.sweeping import BRIEF

    page.section(
        "Simulator: many policies on the same paths, processor time a policy, path and step on one core",
        "policies / one run each | sweep | runs | runs / sweep | sweep of runs | gap",
    )
    place = scene("document_003")
    base = place.policy
    assert base.streak is not None
    shares, hots = np.linspace(0.04, 0.14, 8), np.linspace(1.0, 1.35, 8)
    grid = {
        f"{s:.3f} {h:.3f}": replace(base, stake=replace(base.stake, share=float(s)), streak=replace(base.streak, hot=h))
        for s in shares
        for h in hots.tolist()
    }
    ablated = simulate.ablation(base)
    n = 2048
    settings = {"n_paths": n, "horizon": _STEPS, "rng": 1, "threads": 1, "columns": BRIEF, "specialise": True}
    with one_core():
        for title, policies in ((f"{len(grid)} shares and streaks", grid), (f"{len(ablated)} ablations", ablated)):
            some = list(policies)[:: max(1, len(policies) // 4)]
            swept = simulate.sweep(policies, place.world, **settings)  # type: ignore[arg-type]
            gap = max(
                disagreement(swept[k].columns, simulate.run(policies[k], place.world, **settings).columns)  # type: ignore[arg-type]
                for k in some
            )
            ratios, times = [], []
            for _ in range(5):
                a = timed(lambda p=policies: simulate.sweep(p, place.world, **settings), cpu)  # type: ignore[arg-type]
                b = timed(lambda p=policies, s=some: [simulate.run(p[k], place.world, **settings) for k in s], cpu)  # type: ignore[arg-type]
                times.append((a / (len(policies) * n * _STEPS), b / (len(some) * n * _STEPS)))
                ratios.append(times[-1][0] / times[-1][1])
            mine, theirs = (statistics.median(column) for column in zip(*times, strict=True))
            share = statistics.median(ratios)
            page.row(
                title,
                f"{1e9 * mine:.2f} ns",
                f"{1e9 * theirs:.2f} ns",
                f"{1.0 / share:.2f}",
                f"{share:.0%} ({min(ratios):.0%} to {max(ratios):.0%})",
                f"{gap:.0e}",
            )
    page.note("Wanted: at most 60 %. Both keep the same columns, and the runs of every ablation have their own kernel.")


def _memory(page: Page) -> None:
    """Peaks in processes of their own, and how they and the time grow with the number of paths."""
    from nija_research import simulate

    page.section(
        f"Simulator: peak memory above the start, and time, {_STEPS:,} steps, all cores, a process each",
        "policy, kept | paths | wall | wall a path-step | peak above the start | result | peak without the result",
    )
    kinds = [("document_003", "all"), ("document_000", "all"), ("document_003", "few")]
    kinds += [("document_003", "fold")] if hasattr(simulate, "fold") else []
    for name, kept in kinds:
        for paths in (10_000, 100_000, 1_000_000):
            found = footprint(name, paths, kept, _STEPS)
            page.row(
                f"`{name}`, {kept}",
                f"{paths:,}",
                f"{found.seconds:.2f} s",
                f"{1e9 * found.seconds / (paths * _STEPS):.2f} ns",
                f"{found.peak:.1f} MB",
                f"{found.result:.1f} MB",
                f"{found.peak - found.result:.1f} MB",
            )
    page.note("Wanted: below 150 MB at 100,000 paths, flat in memory and linear in time up to a million.")
