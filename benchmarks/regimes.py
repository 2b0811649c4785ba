"""Regime models against the packages of the field, on the same 5,030 days, paired in one run."""

from __future__ import annotations

import warnings
from importlib.util import find_spec

import numpy as np

from benchmarks.clock import timed
from benchmarks.page import Page

__all__ = ["regimes"]


def regimes(page: Page) -> None:
    """Walk forward with monthly refits (seconds), and one fit against each peer (ratios)."""
    page.section("Regimes", "what / peer | ours | peer | ratio")
    for name in ("hmmlearn", "jumpmodels"):
        if find_spec(name) is None:
            page.note(f"{name} is not installed: regimes skipped (`make bench` makes an environment that has it).")
            return
    from hmmlearn.hmm import GaussianHMM
    from jumpmodels.jump import JumpModel

    from nija_research import data
    from nija_research.estimate import regimes as ours
    from nija_research.estimate.regimes import classifiers, em

    returns = data.load_prices("sp500")["close"].pct_change().dropna().to_numpy()
    for model, k in (("t_hmm", 3), ("t_hmm", 5), ("gaussian_hmm", 3), ("jump", 3)):
        ours.walk_forward(returns[:600], model, k)  # machine code loaded
        seconds = min(timed(lambda m=model, s=k: ours.walk_forward(returns, m, s, train=1481)) for _ in range(3))
        what = f"{model}, {k} states, 169 monthly refits, 5,030 days, labels and scores included"
        page.row(what, f"{1e3 * seconds:,.0f} ms", "–", "–")

    x = returns / np.median(np.abs(returns))
    raw = classifiers.features(x)
    y = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    starts = classifiers.starting_centres(y, 3)
    peer = JumpModel(n_components=3, jump_penalty=50.0)
    peer.init_centers = lambda _: starts

    page.pair(
        "jump model, 3 states, 4 starts, 5,030 days / jumpmodels",
        lambda: [classifiers.descend(y, centres, 50.0) for centres in starts],
        lambda: peer.fit(y, sort_by="freq"),
        rounds=3,
    )
    start = em.starting_values(x, 3, np.inf)[0]

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

    page.pair(
        "Gaussian EM, 3 states, 50 steps, 5,030 days / hmmlearn",
        lambda: em.em_fit(x, start, steps=50, tolerance=-np.inf),
        theirs,
        rounds=3,
    )
