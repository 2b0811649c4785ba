"""Estimates against scipy and arch."""

from __future__ import annotations

import statistics

import numpy as np

from benchmarks.clock import timed
from benchmarks.page import Page

__all__ = ["estimates"]


def estimates(page: Page) -> None:
    """Log-optimal stakes of many resamples, and a Kelly interval."""
    page.section("Estimates", "what / peer | ours | peer | ratio")
    _stakes(page)
    _interval(page)
    _alone(page)


def _stakes(page: Page) -> None:
    """All resamples at once, against scipy one by one."""
    from scipy.optimize import minimize_scalar

    from nija_research.estimate.kelly.formulas import log_optimal_rows

    rows = np.random.default_rng(1).normal(0.02, 0.2, (300, 200))
    bound = 0.95 / -rows.min()

    def one_by_one() -> list[float]:
        return [
            minimize_scalar(lambda f, r=r: -np.log1p(f * r).mean(), bounds=(0.0, bound), method="bounded").x
            for r in rows
        ]

    page.pair("300 log-optimal stakes of 200 trades / scipy", lambda: log_optimal_rows(rows, bound), one_by_one)


def _interval(page: Page) -> None:
    """Against the bootstrap of arch around our own estimator."""
    from arch.bootstrap import StationaryBootstrap

    from nija_research.estimate import kelly_from_trades, kelly_log_optimal

    returns = np.random.default_rng(2).normal(0.02, 0.2, 200)
    peer = StationaryBootstrap(3, returns, seed=1)
    page.pair(
        "Kelly with interval, 1,000 draws of 200 trades / arch",
        lambda: kelly_from_trades(returns, draws=1000, block=3),
        lambda: peer.conf_int(lambda r: kelly_log_optimal(r, cap=1.0), reps=1000, method="percentile"),
        rounds=3,
    )


def _alone(page: Page) -> None:
    """A long log and a wide portfolio, which no peer answers."""
    from nija_research.estimate import kelly_from_trades, kelly_portfolio

    many = np.random.default_rng(10).standard_t(5, 100_000) * 0.05 + 0.002
    bets = np.random.default_rng(2).multivariate_normal(np.full(20, 0.002), 4e-4 * (0.3 + 0.7 * np.eye(20)), 5000)
    for title, work in (
        ("Kelly with interval of 100,000 trades", lambda: kelly_from_trades(many, "leverage")),
        ("20 bets at once, 5,000 joint returns", lambda: kelly_portfolio(bets, max_exposure=3.0)),
    ):
        work()
        page.row(title, f"{1e3 * statistics.median(timed(work) for _ in range(5)):,.1f} ms", "–", "–")
