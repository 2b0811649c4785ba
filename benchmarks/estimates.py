"""
Paired timings: ours and the peer in turn, several rounds, the median of the ratios.

Single times drift with the machine; the ratio within a round does not.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.regimes import regimes

ROUNDS = 7


def timed(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def pair(title: str, ours: Callable[[], object], peer: Callable[[], object], rounds: int = ROUNDS) -> None:
    """Print the median times of both and the median, lowest and highest ratio peer / ours."""
    ours(), peer()  # a round not counted: compilation, imports, caches
    times = [(timed(ours), timed(peer)) for _ in range(rounds)]
    ratios = sorted(b / a for a, b in times)
    mine, theirs = (1e3 * statistics.median(column) for column in zip(*times, strict=True))
    middle = statistics.median(ratios)
    print(f"{title:58s} {mine:9.1f} ms {theirs:9.1f} ms   x {middle:7.1f}  ({ratios[0]:.1f} to {ratios[-1]:.1f})")


def stakes() -> None:
    """Log-optimal stakes of 300 resamples: all at once, against scipy one by one."""
    from scipy.optimize import minimize_scalar

    from nija_research.estimate.kelly import log_optimal_rows

    rows = np.random.default_rng(1).normal(0.02, 0.2, (300, 200))
    bound = 0.95 / -rows.min()

    def one_by_one() -> list[float]:
        return [
            minimize_scalar(lambda f, r=r: -np.log1p(f * r).mean(), bounds=(0.0, bound), method="bounded").x
            for r in rows
        ]

    pair("300 log-optimal stakes of 200 trades / scipy", lambda: log_optimal_rows(rows, bound), one_by_one)


def bootstrap() -> None:
    """Kelly with its interval, against the bootstrap of arch around our own estimator."""
    from arch.bootstrap import StationaryBootstrap

    from nija_research.estimate import kelly_from_trades, kelly_log_optimal

    returns = np.random.default_rng(2).normal(0.02, 0.2, 200)
    peer = StationaryBootstrap(3, returns, seed=1)
    pair(
        "Kelly with interval, 1,000 draws of 200 trades / arch",
        lambda: kelly_from_trades(returns, draws=1000, block=3),
        lambda: peer.conf_int(lambda r: kelly_log_optimal(r, cap=1.0), reps=1000, method="percentile"),
        rounds=3,
    )


def engine() -> None:
    """A trade and a size through the compiled account, against the same rules run as plain Python."""
    from nija_research.policy import Account, presets, stack

    policy = presets["document_000"].without("leverage", "regime", "risk")
    pnls = np.random.default_rng(3).normal(5.0, 60.0, 2000).tolist()
    arrays = policy.arrays()

    def ours() -> None:
        account = Account(policy, 10_000.0, keep_ledger=False)
        for pnl in pnls:
            account.trade(pnl)
            account.size(1e9)

    def plain() -> None:
        state, _ = stack.start.py_func(arrays, 10_000.0, 10_000.0)
        for pnl in pnls:
            state, _ = stack.step.py_func(arrays, state, pnl)
            stack.size.py_func(arrays, state, 1.0, 0.0, 1e9, 0.0, 0.0)

    pair("2,000 trades and sizes, document_000 / rules as plain Python", ours, plain)
    print(f"{'':58s} {len(pnls) / timed(ours):9,.0f} trades and sizes a second on one core, ledger off")


def kernels() -> None:
    """A notebook in a forked kernel, against one in an ordinary kernel."""
    from nija_research import report
    from nija_research.places import suite
    from nija_research.report import kernels as rooms

    notebook = suite() / "notebooks" / "_template.ipynb"
    with tempfile.TemporaryDirectory() as place, rooms.Kernels(forked=True) as forked, rooms.Kernels() as ordinary:
        pair(
            "one notebook, forked kernel / ordinary kernel",
            lambda: report.run_notebook(notebook, {}, Path(place) / "a", kernels=forked),
            lambda: report.run_notebook(notebook, {}, Path(place) / "b", kernels=ordinary),
            rounds=3,
        )


if __name__ == "__main__":
    print(f"{'what / peer':58s} {'ours':>12s} {'peer':>12s}     ratio  (lowest to highest)")
    for benchmark in (stakes, bootstrap, engine, kernels):
        benchmark()
    regimes(pair, timed)
