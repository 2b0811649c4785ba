"""The compiled account against the same rules as plain Python."""

from __future__ import annotations

import numpy as np

from benchmarks.clock import timed
from benchmarks.page import Page

__all__ = ["account"]


def account(page: Page) -> None:
    """A trade and a size, many times."""
    from nija_research.policy import Account, presets, stack

    page.section("Account", "what / peer | ours | peer | ratio")
    policy = presets["document_000"].without("leverage", "regime", "risk")
    pnls = np.random.default_rng(3).normal(5.0, 60.0, 2000).tolist()
    arrays = policy.arrays()

    def ours() -> None:
        one = Account(policy, 10_000.0, keep_ledger=False)
        for pnl in pnls:
            one.trade(pnl)
            one.size(1e9)

    def plain() -> None:
        state, _ = stack.start.py_func(arrays, 10_000.0, 10_000.0)
        for pnl in pnls:
            state, _ = stack.step.py_func(arrays, state, pnl)
            stack.size.py_func(arrays, state, 1.0, 0.0, 1e9, 0.0, 0.0)

    page.pair("2,000 trades and sizes, document_000 / rules as plain Python", ours, plain)
    page.note(f"{len(pnls) / timed(ours):,.0f} trades and sizes a second on one core, ledger off.")
