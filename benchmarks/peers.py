"""
Stakes that other packages give for the logs on standard input, as JSON on standard output.

Runs in an environment of its own (`make peers` makes it from peers.lock); knows nothing of nija_research. Each package
is asked the way its documentation says for one series of trade returns.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from importlib.metadata import version

import numpy as np
import pandas as pd


def quantstats(returns: list[float]) -> float:
    """`stats.kelly_criterion` of the series."""
    from quantstats import stats

    index = pd.date_range("2024-01-01", periods=len(returns), freq="D")
    return float(stats.kelly_criterion(pd.Series(returns, index=index, dtype=float), prepare_returns=False))


def keeks(returns: list[float]) -> float:
    """`KellyCriterion` fed with average win, average loss and win rate, as its binary strategies ask."""
    from keeks.binary_strategies import KellyCriterion

    r = np.array(returns, dtype=float)
    strategy = KellyCriterion(payoff=float(r[r > 0].mean()), loss=float(-r[r < 0].mean()), transaction_cost_rate=0.0)
    return float(strategy.evaluate(float((r > 0).mean()), 1000.0))


def riskfolio(returns: list[float]) -> float:
    """The largest exact log growth of the bet beside cash, without borrowing."""
    import riskfolio

    joint = pd.DataFrame({"bet": returns, "cash": np.zeros(len(returns))})
    portfolio = riskfolio.Portfolio(returns=joint)
    portfolio.assets_stats(method_mu="hist", method_cov="hist")
    weights = portfolio.optimization(model="Classic", rm="MV", obj="MaxRet", kelly="exact", rf=0, hist=True)
    return float(weights.loc["bet", "weights"])


PEERS: dict[str, tuple[str, Callable[[list[float]], float]]] = {
    "quantstats": ("quantstats", quantstats),
    "keeks": ("keeks", keeks),
    "Riskfolio-Lib": ("riskfolio-lib", riskfolio),
}


def answer(ask: Callable[[list[float]], float], returns: list[float]) -> float | str:
    """Ask for the stake; an exception is an answer too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stake = ask(returns)
    except Exception as error:
        return f"{type(error).__name__}"
    return stake if np.isfinite(stake) else str(stake)


if __name__ == "__main__":
    logs = {name: [np.nan if x is None else x for x in log] for name, log in json.load(sys.stdin).items()}
    found = {
        f"{peer} {version(package)}": {name: answer(ask, log) for name, log in logs.items()}
        for peer, (package, ask) in PEERS.items()
    }
    json.dump(found, sys.stdout)
