"""
Regime explorer: model, states and strength of a trend, the five printed labels on the price, and what they would trade.

Labels are those of the day (walk forward), never hindsight. Turnover is that of a position that follows the printed
multipliers, in positions a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from nija_research import policy
from nija_research.estimate import regimes as states_
from nija_research.estimate.regimes.evaluation import value_table
from nija_research.estimate.regimes.labels import LabelSettings
from nija_research.estimate.regimes.positions import label_multiplier
from nija_research.estimate.regimes.series import bars_per_year, times_of
from nija_research.estimate.regimes.walk import schedule
from nija_research.explore.explorer import Answer, Explorer, Number, Setting
from nija_research.explore.logs import prices_of
from nija_research.units import choice

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from nija_research.estimate.regimes import WalkForward

__all__ = ["EXPLORER", "answer", "shown"]

MODELS = ("t_hmm", "gaussian_hmm", "jump", "rules")


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the controls left alone show: nothing, all of them are set."""
    return {}


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
    v = dict(values)
    choice("model", v["model"], MODELS)
    axes = LabelSettings(count=v["count"], margin=v["margin"], strength=v["strength"])
    bars = prices_of(v["prices"])
    returns = bars["close"].pct_change().dropna()
    plan = schedule(len(returns), v["train"], v["refit"], v["states"], times=times_of(returns))
    made = _walk(v["prices"], int(bars.attrs["stamp"]), v["model"], v["states"], plan.train, plan.refit, axes)
    shares = policy.RegimeShares().multipliers
    held = label_multiplier(made.label, shares)
    periods = bars_per_year(returns)
    found = value_table(
        returns, {"labels": held, "hold": np.ones(len(held))}, start=made.train, periods=periods, draws=200, rng=0
    ).set_index("name")
    worth: dict[str, dict[str, float]] = found.astype(float).to_dict("index")  # type: ignore[assignment]
    known = made.label[made.train :]
    changes = float(np.count_nonzero(known[1:] != known[:-1]) * periods / len(known))
    now, of = str(made.label[-1]), "of holding"
    number = [*states_.MarketRegime, "UNKNOWN"].index(now)
    numbers = (
        Number(name="label", label=f"label at the close of {returns.index[-1]:%Y-%m-%d}", value=now),
        Number(
            name="probability",
            label="its probability, by the model alone",
            value=float(made.label_probability[-1][number]) if number < len(states_.MarketRegime) else None,
            form=".2f",
        ),
        Number(name="multiplier", label="printed multiplier now", value=float(held[-1]), form=".1f"),
        Number(name="changes", label="changes of label a year", value=changes, form=".1f"),
        Number(
            name="turnover",
            label="turnover (positions a year)",
            value=worth["labels"]["turnover"],
            form=".2f",
        ),
        Number(
            name="sharpe",
            label="Sharpe ratio after 0.05 % costs",
            value=worth["labels"]["sharpe"],
            low=worth["labels"]["sharpe_low"],
            high=worth["labels"]["sharpe_high"],
            form=".2f",
        ),
        Number(
            name="sharpe_hold",
            label=f"the same {of}",
            value=worth["hold"]["sharpe"],
            low=worth["hold"]["sharpe_low"],
            high=worth["hold"]["sharpe_high"],
            form=".2f",
        ),
    )
    close: pd.Series = bars["close"].loc[returns.index]

    def draw(figure: Figure) -> None:
        from nija_research.explore import charts as explore_charts

        explore_charts.labels_on_price(close, made.label, ax=figure.subplots())

    return Answer(
        numbers=numbers,
        draw=draw,
        caption=f"The printed labels as {v['model']} gave them at each close ({v['states']} states, a trend above "
        f"{v['strength']:g} standard deviations); before bar {plan.train:,} nothing is known. "
        "Sharpe ratios: 95 % bootstrap intervals.",
    )


@lru_cache(maxsize=32)
def _walk(prices: str, stamp: int, model: str, states: int, train: int, refit: int, axes: LabelSettings) -> WalkForward:
    returns = prices_of(prices)["close"].pct_change().dropna()
    return states_.walk_forward(
        returns, cast("Any", model), states, train=train, refit=refit, label_settings=axes, rng=0
    )


_SUITE = {"model": "t_hmm", "states": 3, "strength": 1.0, "count": 12, "margin": 0.1, "train": 504, "refit": 63}

EXPLORER = Explorer(
    notebook="73_explore_regimes",
    settings=(
        Setting(name="model", type="str", label="Model", kind="choice", options=MODELS),
        Setting(name="states", type="int", label="States of volatility (count)", low=2, high=5, step=1),
        Setting(name="strength", type="float", label="Trend above (standard deviations)", high=3.0, step=0.05),
        Setting(name="count", type="int", label="Trend over (closed bars of each timeframe)", low=2, high=60, step=1),
        Setting(name="margin", type="float", label="A new label is more probable by (share)", high=0.5),
        Setting(name="train", type="int", label="Bars before the first label (count)", low=252, high=1_260, step=21),
        Setting(name="refit", type="int", label="Bars between fits (count)", low=21, high=252, step=21),
        Setting(name="prices", type="str", label="Prices (name or file)", kind="file"),
    ),
    presets={
        "suite: t_hmm, 3 states": _SUITE,
        "document_000: five regimes, 5 states": {**_SUITE, "states": 5},
        "rules of one line": {**_SUITE, "model": "rules"},
    },
    answer=answer,
    shown=shown,
)
