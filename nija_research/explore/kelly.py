"""
Kelly explorer: a bet of two outcomes or a log, and what a stake does to growth and to drawdown.

The bet wins `payoff` per unit at risk with probability `p_win`, kept to the thousandth, and else loses the unit. The
band is what a record of `n` such trades would leave open: growth at the ends of Wilson's interval of the win rate. With
a log its own returns take the bet's place. Growth in nats a trade.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nija_research import estimate
from nija_research.errors import ParameterError
from nija_research.explore import charts
from nija_research.explore.explorer import Answer, Explorer, Number, Setting
from nija_research.explore.logs import trades_of
from nija_research.units import count, positive, share

__all__ = ["EXPLORER", "answer", "defaults"]

_OF = 1000  # outcomes that stand for the bet
_POINTS = 81
_SHARES = tuple(round(0.05 * k, 2) for k in range(1, 21))


@dataclass(frozen=True, eq=False)
class _Bet:
    """Equally likely returns, full Kelly with its ends, and the growth curve with its band (3, stakes)."""

    returns: NDArray[np.float64]
    kelly: float | None
    low: float
    high: float
    stakes: NDArray[np.float64]
    curves: NDArray[np.float64]


def defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that have a use: the bet's own numbers, unless a log takes its place."""
    return {} if values["trades"] else {"p_win": values["p_win"], "payoff": values["payoff"], "n": values["n"]}


def answer(values: Mapping[str, Any]) -> Answer:
    """
    Return growth and drawdown of a stake.

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
        If a setting or the log is not as it must be.
    """
    v = values
    level, stake = share("level", v["level"]), positive("stake", v["stake"])
    if v["trades"]:
        bet = _bet_of_log(v["trades"], trades_of(v["trades"]).attrs["stamp"], level)
    else:
        bet = _bet_of_odds(v["p_win"], v["payoff"], v["n"], level)
    if 1.0 + stake * bet.returns.min() <= 0.0:
        raise ParameterError(
            f"stake must leave the account above 0 after the worst trade ({bet.returns.min():g} of it), got {stake!r}."
        )
    growth = float(estimate.growth_curve(bet.returns, [stake])[0])
    low, high = (float(np.interp(stake, bet.stakes, row)) for row in bet.curves[[0, 2]])
    ends = (low, high) if stake <= bet.stakes[-1] else ()
    part = stake / bet.kelly if bet.kelly else None
    halved = estimate.drawdown_bound(bet.returns, stake, 0.5)
    bounds = [estimate.drawdown_bound(bet.returns, stake, a) for a in _SHARES]
    law = [estimate.prob_ever_below(a, part) for a in _SHARES] if part else None
    doubled = estimate.prob_reach_before(2.0, 0.5, part) if part else None
    below = estimate.share_of_time_below(0.8, part) if part else None
    bet_text = "the log" if v["trades"] else f"a bet won {round(_OF * v['p_win'])} times in {_OF:,}"
    return Answer(
        numbers=(
            Number("kelly", "full Kelly (share at risk)", bet.kelly, ".3f", bet.low, bet.high),
            Number("part", "the stake, in full Kellys", part, ".2f"),
            Number("growth", "growth (nats a trade)", growth, "+.5f", *ends),
            Number("halved", "chance of ever losing half, at most", halved, ".1%"),
            Number("doubled", "chance of doubling before halving, about", doubled, ".1%"),
            Number("below", "time 20 % or more below the peak, about", below, ".1%"),
        ),
        panels=(
            lambda ax: charts.growth_and_stake(ax, bet.stakes, bet.curves, stake=stake, kelly=bet.kelly, level=level),
            lambda ax: charts.drawdown_law(ax, _SHARES, bounds, law),
        ),
        caption=f"Growth against the stake on {bet_text}, with its {level:.0%} band, and the chance of ever falling "
        "to a share of the start: the bound for these bets, and the law of small ones at the same share of Kelly.",
        interval=f"{level:.0%} interval".replace("%", " %"),
    )


def _growth(p: float, payoff: float, stakes: NDArray[np.float64]) -> NDArray[np.float64]:
    won, lost = (estimate.growth_curve([x], stakes) for x in (payoff, -1.0))
    return p * won + (1.0 - p) * lost


def _bet_of_odds(p_win: float, payoff: float, n: int, level: float) -> _Bet:
    wins = round(_OF * share("p_win", p_win))
    count("n", n, low=1)
    returns = np.array([positive("payoff", payoff)] * wins + [-1.0] * (_OF - wins))
    record = estimate.wilson(round(wins / _OF * n), n, level=level)
    kelly, low, high = (estimate.kelly_binary(p, payoff) for p in (wins / _OF, record.low, record.high))
    stakes = np.linspace(0.0, min(max(2.2 * kelly, high, 0.05), 0.98), _POINTS)
    curves = np.array([_growth(p, payoff, stakes) for p in (record.low, wins / _OF, record.high)])
    return _Bet(returns, kelly, low, high, stakes, curves)


@lru_cache(maxsize=8)
def _bet_of_log(trades: str, stamp: int, level: float) -> _Bet:
    log = trades_of(trades)
    fitted = estimate.kelly_from_trades(log, "risk" if "risk" in estimate.unit_of(log) else "leverage", level=level)
    r = np.asarray(estimate.returns_in_unit(log, fitted.unit), dtype=np.float64)
    if r.min() >= 0.0:
        raise ParameterError(f"{trades} must hold a losing trade: without one no stake is too large for it.")
    kelly = fitted.fraction
    widest = min(max(2.2 * (kelly or 0.0), fitted.interval[1], 0.05), 0.98 / -r.min())
    stakes = np.linspace(0.0, widest, _POINTS)
    low, high = estimate.growth_band(r, stakes, level=level, draws=400, block=max(1, fitted.block), rng=0)
    ends = [x if math.isfinite(x) else float("nan") for x in fitted.interval]
    return _Bet(r, kelly, ends[0], ends[1], stakes, np.array([low, estimate.growth_curve(r, stakes), high]))


_PRINTED = {"payoff": 1.0, "stake": 0.10, "level": 0.95, "trades": ""}

EXPLORER = Explorer(
    notebook="70_explore_kelly",
    settings=(
        Setting("p_win", "float", "Win rate (share)", step=0.001),
        Setting("payoff", "float", "Payoff (won per unit at risk)", low=0.1, high=5.0, step=0.05),
        Setting("n", "int", "Trades seen (count)", low=5, high=1_000, step=5),
        Setting("stake", "float", "Stake (share of equity at risk)", low=0.005, step=0.005),
        Setting("level", "float", "Level of the band (share)", low=0.5, high=0.99),
        Setting("trades", "str", "Trade log instead of the bet (name or file)", "file"),
    ),
    presets={
        "even money, 55 %": {**_PRINTED, "p_win": 0.55, "n": 100, "stake": 0.05},
        "13 of 14 won, 10 % staked": {**_PRINTED, "p_win": 0.929, "n": 14},
        "4 of 7 won, 10 % staked": {**_PRINTED, "p_win": 0.571, "n": 7},
    },
    answer=answer,
    defaults=defaults,
    conditional=("p_win", "payoff", "n"),
)
