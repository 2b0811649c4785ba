"""Regime models against the packages of the field, on the same 5,030 days, paired in one run."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

__all__ = ["regimes"]


def regimes(pair: Callable[..., None], timed: Callable[..., float]) -> None:
    """Walk forward with monthly refits (seconds), and one fit against each peer (ratios)."""
    from hmmlearn.hmm import GaussianHMM
    from jumpmodels.jump import JumpModel

    from nija_research import data
    from nija_research.estimate import regimes as ours
    from nija_research.estimate.regimes import em, jump

    returns = data.load_prices("sp500")["close"].pct_change().dropna().to_numpy()
    for model, k in (("t_hmm", 3), ("t_hmm", 5), ("gaussian_hmm", 3), ("jump", 3)):
        ours.walk_forward(returns[:600], model, k)  # machine code loaded
        seconds = min(timed(lambda m=model, s=k: ours.walk_forward(returns, m, s, train=1481)) for _ in range(3))
        print(
            f"{f'{model}, {k} states, 169 monthly refits, 5,030 days':58s} {seconds:9.2f} s, labels and scores included"
        )

    x = returns / np.median(np.abs(returns))
    raw = jump.features(x)
    y = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    starts = jump.starts(y, 3)
    peer = JumpModel(n_components=3, jump_penalty=50.0)
    peer.init_centers = lambda _: starts

    pair(
        "jump model, 3 states, 4 starts, 5,030 days / jumpmodels",
        lambda: [jump.descend(y, centres, 50.0) for centres in starts],
        lambda: peer.fit(y, sort_by="freq"),
        rounds=3,
    )
    start = em.ladder(x, 3, np.inf)[0]

    def theirs() -> None:
        model = GaussianHMM(
            3,
            "diag",
            n_iter=50,
            tol=-np.inf,
            init_params="",
            covars_prior=0.0,
            covars_weight=1.0,
            implementation="scaling",
        )
        model.startprob_, model.transmat_ = start.start, start.trans
        model.means_, model.covars_ = start.mean[:, None], start.scale[:, None] ** 2
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x[:, None])

    pair(
        "Gaussian EM, 3 states, 50 steps, 5,030 days / hmmlearn",
        lambda: em.climb(x, start, steps=50, tolerance=-np.inf),
        theirs,
        rounds=3,
    )
