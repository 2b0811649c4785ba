"""
Regime explorer: model, states and strength of a trend, the five printed labels on the price, and what they would trade.

Labels are those of the day (walk forward), never hindsight. Turnover is that of a position that follows the printed
multipliers, in positions a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import numpy as np

from nija_research import policy
from nija_research.estimate import regimes
from nija_research.explore import charts
from nija_research.explore.explorer import Answer, Explorer, Number, Setting
from nija_research.explore.logs import prices_of
from nija_research.units import choice

__all__ = ["EXPLORER", "MODELS", "answer"]

MODELS = ("t_hmm", "gaussian_hmm", "jump", "rules")


def answer(values: Mapping[str, Any]) -> Answer:
    """
    Label a history as on the day.

    Parameters
    ----------
    values : mapping of str to object
        Every setting of `EXPLORER` by name.

    Returns
    -------
    Answer

    Raises
    ------
    ParameterError, DataError
        If a setting or the price file is not as it must be.
    """
    v = values
    choice("model", v["model"], MODELS)
    trend = regimes.LabelSettings(count=v["count"], margin=v["margin"], strength=v["strength"])
    bars = prices_of(v["prices"])
    returns = bars["close"].pct_change().dropna()
    fits = regimes.schedule(len(returns), v["train"], v["refit"], v["states"], times=regimes.times_of(returns))
    walk = _walk(v["prices"], int(bars.attrs["stamp"]), v["model"], v["states"], fits.train, fits.refit, trend)
    position = regimes.label_multiplier(walk.label, policy.RegimeShares().multipliers)
    periods = regimes.bars_per_year(returns)
    positions = {"labels": position, "hold": np.ones(len(position))}
    value = regimes.value_table(returns, positions, start=walk.train, periods=periods, draws=200, rng=0)
    known, now = walk.label[walk.train :], str(walk.label[-1])
    changes = float(np.count_nonzero(known[1:] != known[:-1]) * periods / len(known))
    names = [*regimes.MarketRegime]
    probability = float(walk.label_probability[-1][names.index(now)]) if now in names else None
    sharpes = value[["sharpe", "sharpe_low", "sharpe_high"]].to_numpy(dtype=float).tolist()
    (ours, *ends), (hold, *hold_ends) = sharpes
    return Answer(
        numbers=(
            Number("label", f"label at the close of {returns.index[-1]:%Y-%m-%d}", now),
            Number("probability", "its probability, by the model alone", probability, ".2f"),
            Number("multiplier", "printed multiplier now", float(position[-1]), ".1f"),
            Number("changes", "changes of label a year", changes, ".1f"),
            Number("turnover", "turnover (positions a year)", float(value["turnover"].iloc[0]), ".2f"),
            Number("sharpe", "Sharpe ratio after 0.05 % costs", ours, ".2f", *ends),
            Number("sharpe_hold", "the same of holding", hold, ".2f", *hold_ends),
        ),
        panels=(lambda ax: charts.labels_on_price(ax, bars["close"].loc[returns.index], walk.label),),
        caption=f"The printed labels as {v['model']} gave them at each close ({v['states']} states, a trend above "
        f"{v['strength']:g} standard deviations); before bar {fits.train:,} nothing is known. "
        "Sharpe ratios: 95 % bootstrap intervals.",
    )


@lru_cache(maxsize=32)
def _walk(
    prices: str, stamp: int, model: str, states: int, train: int, refit: int, trend: regimes.LabelSettings
) -> regimes.WalkForward:
    returns = prices_of(prices)["close"].pct_change().dropna()
    return regimes.walk_forward(
        returns, cast("Any", model), states, train=train, refit=refit, label_settings=trend, rng=0
    )


_SUITE = {"model": "t_hmm", "states": 3, "strength": 1.0, "count": 12, "margin": 0.1, "train": 504, "refit": 63}

EXPLORER = Explorer(
    notebook="73_explore_regimes",
    settings=(
        Setting("model", "str", "Model", "choice", options=MODELS),
        Setting("states", "int", "States of volatility (count)", low=2, high=5, step=1),
        Setting("strength", "float", "Trend above (standard deviations)", high=3.0, step=0.05),
        Setting("count", "int", "Trend over (closed bars of each timeframe)", low=2, high=60, step=1),
        Setting("margin", "float", "A new label is more probable by (share)", high=0.5),
        Setting("train", "int", "Bars before the first label (count)", low=252, high=1_260, step=21),
        Setting("refit", "int", "Bars between fits (count)", low=21, high=252, step=21),
        Setting("prices", "str", "Prices (name or file)", "file"),
    ),
    presets={
        "suite: t_hmm, 3 states": _SUITE,
        "document_000: five regimes, 5 states": {**_SUITE, "states": 5},
        "rules of one line": {**_SUITE, "model": "rules"},
    },
    answer=answer,
    defaults=lambda values: {},  # no setting can be None
)
