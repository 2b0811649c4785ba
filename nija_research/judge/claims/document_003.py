"""
Claims of document 003: stakes, stops, chest and profit split of the plan; what few trades show, what indicators see.

Stakes are shares of equity, losses and rates shares, money in the account's currency.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from nija_research import estimate
from nija_research.data import load_prices
from nija_research.estimate.correlation import rolling_correlation
from nija_research.estimate.indicators import quiet_range
from nija_research.judge.claims import Numbers, claim
from nija_research.policy import Account, Policy, WarChest, presets
from nija_research.policy.war_chest import chest_in_sizing, chest_rate, chest_return

_MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
_TINY = 1e-9  # of equity: a trade that counts in a streak and moves nothing
_MOST = 1000  # trades of a day that never stops
_PARTS = {"reinvest": "trading", "chest": "chest", "operating": "operating", "withdrawal": "withdrawn"}


# --- stakes -----------------------------------------------------------------------------------------------------------


def account() -> Account:
    """Return an account of 200 under the plan, without its chest and split."""
    return Account(presets["document_003"].without("war_chest", "profit_split"), 200.0, when=_MONDAY, keep_ledger=False)


def stake(wins: int = 0, losses: int = 0) -> float:
    """Return the stake after wins, then losses in a row."""
    opened = Account(presets["document_003"].without("war_chest", "profit_split"), 200.0)
    for pnl in [_TINY * 200.0] * wins + [-_TINY * 200.0] * losses:
        opened.trade(pnl)
    return opened.size(opened.equity) / opened.equity


def preset_stake(preset: str, equity: float, kelly: float | None = None) -> float:
    """Return the money that a preset stakes first, given the market's full-Kelly fraction where it asks for one."""
    return Account(presets[preset], equity).size(10.0 * equity, kelly=kelly)


@claim("S3-23", "S3-36", "S3-37", "S3-38")
def stakes_in_a_streak() -> Numbers:
    """The stakes of the printed protocol, after three wins and after two losses, and the largest of 0 to 50 wins."""
    most = max(100.0 * stake(wins) for wins in (0, 1, 2, 3, 4, 5, 10, 50))
    return {"base": stake(), "hot": stake(wins=3), "cold": stake(losses=2), "most": most}


@claim("S3-10")
def stakes_of_drift(equity: float, kelly: float) -> Numbers:
    """The two printed Kelly stakes of DRIFT, money."""
    return {f"stake_{when}": preset_stake(f"drift_kelly_{when}", equity, kelly) for when in ("before", "after")}


@claim("S3-53", "S3-66")
def fixed_stake_of_drift(equity: float) -> Numbers:
    """The fixed stake of DRIFT, money."""
    return {"stake": preset_stake("drift_after", equity)}


# --- stops ------------------------------------------------------------------------------------------------------------


def losing_day(loss: float) -> tuple[int, float]:
    """Return how many trades of one day lose this share of their stake until nothing is staked, and what is lost."""
    opened = account()
    for n in range(_MOST):
        staked = opened.size(opened.equity, when=_MONDAY)
        if staked <= 0.0:
            return n, opened.drawdown
        opened.trade(-min(loss * staked, opened.equity), when=_MONDAY)
    return _MOST, opened.drawdown


def trades_again(losses: int, days: int = 0) -> bool:
    """Return whether something is staked so many days after that many small losses in a row."""
    opened = account()
    for _ in range(losses):
        opened.trade(-1e-6, when=_MONDAY)
    return opened.size(200.0, when=_MONDAY + timedelta(days=days)) > 0.0


def stopped(stop: str, loss: float, days: float) -> bool:
    """Return whether a stop holds after a loss spread evenly over trading days, five a week."""
    opened = account()
    for i in range(int(days)):
        week, day = divmod(i, 5)
        opened.trade(-200.0 * loss / int(days), when=_MONDAY + timedelta(days=7 * week + day))
    return any(block.startswith(f"{stop}:") for block in opened.blocks)


@claim("S3-70", "S3-72")
def losing_days() -> Numbers:
    """Losing trades in a row until the plan stops, whether it trades again, and what a losing day costs, percent."""
    return {
        "losses": max(losing_day(loss)[0] for loss in (0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 1.0)),
        "after_third": trades_again(3),
        "after_second": trades_again(2),
        "next_day": trades_again(3, days=1),
        "cold": stake(losses=2),
        "whole_stakes": losing_day(1.0)[0],
        "worst_day": max(100.0 * losing_day(loss)[1] for loss in (0.1, 0.25, 0.5, 0.75, 1.0)),
    }


@claim("S3-74")
def halt_at_the_peak(limit: float, days: float) -> Numbers:
    """Whether the plan halts at a drawdown, and just before."""
    return {"at": stopped("peak", limit, days), "before": stopped("peak", limit - 0.0001, days)}


@claim("S3-75")
def week_limit(week: float, days: float) -> Numbers:
    """Whether the week limit acts, and whether it ever does without the halt at the peak."""
    losses = (0.2, 0.24, 0.25, 0.26, 0.28, 0.29, 0.3, 0.31, 0.35, 0.4, 0.5, 0.6)
    alone = any(stopped("week", loss, days) and not stopped("peak", loss, days) for loss in losses)
    return {"acts": stopped("week", week, days), "alone": alone}


# --- war chest and profit split ---------------------------------------------------------------------------------------


def chest() -> WarChest:
    """Return the plan's war chest."""
    rule = presets["document_003"].war_chest
    assert rule is not None
    return rule


def chest_after(win: float, loss: float, **settings: Any) -> float:
    """Return the chest after a winning and then a losing trade, settled at the week's end."""
    opened = Account(Policy(war_chest=replace(chest(), **settings)), 1000.0, when=datetime(2026, 1, 5, tzinfo=UTC))
    opened.trade(win)
    opened.trade(-loss)
    opened.advance(datetime(2026, 1, 12, tzinfo=UTC))
    return opened.state.chest


@claim("S3-17")
def chest_of_a_profit(profit: float) -> Numbers:
    """What the chest gets of a single profit, and of a win of 100 and a loss of 50 by two other readings."""
    return {
        "chest": chest_after(profit, 0.0, basis="high_water_mark", settlement="trade"),
        "every_win": chest_after(100.0, 50.0, basis="per_win", settlement="trade"),
        "net": chest_after(100.0, 50.0, basis="per_period", settlement="week"),
    }


@claim("S3-18", "S3-19")
def chest_rates() -> Numbers:
    """The chest's share of the next profit after 0 to 5 wins in a row."""
    rates = [float(chest_rate.py_func(float(wins), chest().arrays())) for wins in range(6)]
    return {"least": min(rates[:5]), "most": max(rates[:5]), "fourth": rates[4], "fifth": rates[5]}


@claim("S3-20", "S3-21")
def chest_tiers(tier: float) -> Numbers:
    """What of a chest at its tier, and of twice that, counts in sizing and goes back to the account, money."""
    rule, balance = chest().arrays(), replace(chest(), reinvest_of="balance").arrays()
    return {
        "counts_at": float(chest_in_sizing.py_func(tier, rule)),
        "counts_above": float(chest_in_sizing.py_func(2 * tier, rule)),
        "returns_at": float(chest_return.py_func(tier, rule)),
        "returns_above": float(chest_return.py_func(2 * tier, rule)),
        "whole_returns": float(chest_return.py_func(2 * tier, balance)),
    }


@claim("S3-39", "S3-40", "S3-41", "S3-42", "S3-43")
def profit_split() -> Numbers:
    """The share of a profit that goes to each part, and after five wins in a row to the first two."""

    def split(wins: int) -> dict[str, float]:
        opened = Account(presets["document_003"], 1000.0)  # the chest stays below its tiers
        for _ in range(wins):
            opened.trade(1.0)
        before = opened.state
        opened.trade(1.0)
        return {part: getattr(opened.state, name) - getattr(before, name) for part, name in _PARTS.items()}

    hot = split(5)
    return {**split(0), "reinvest_hot": hot["reinvest"], "chest_hot": hot["chest"]}


# --- few trades, and indicators ---------------------------------------------------------------------------------------


@claim("S3-14", "S3-15", "S3-16")
def ten_trades(
    goal: float = 0.65, trades: float = 10.0, rate: float = 0.571, old: float = 0.571, new: float = 0.65
) -> Numbers:
    """Chances that so many trades pass a win rate, and how many trades tell one rate from another."""
    n = int(trades)
    return {
        "chance": estimate.prob_win_rate_above(rate, n, goal),
        "chance_of_the_true": estimate.prob_win_rate_above(goal, n, goal),
        "chance_of_the_old": estimate.prob_win_rate_above(old, 10, new),
        "needed": estimate.trades_to_detect(old, new),
    }


@claim("S3-22")
def range_condition(width: float) -> Numbers:
    """Whether the range trader's condition holds on bars that swing by so much, and how often on S&P 500 days."""

    def quiet(swing: float, trend: float = 0.0) -> float:
        step = np.arange(80)
        close = 100.0 * np.exp(trend * step) * (1.0 + 0.5 * swing * np.where(step % 2, 1.0, -1.0))
        return float(quiet_range(pd.DataFrame({"high": close, "low": close, "close": close})).iloc[-1])

    return {
        "wide": quiet(width + 0.001), "narrow": quiet(width - 0.001), "trend": quiet(width + 0.001, 0.02),
        "on_days": quiet_range(load_prices("sp500")).mean(),
    }  # fmt: skip


@claim("S3-27")
def rolling_correlations(hours: float) -> Numbers:
    """The rolling correlation of two assets before and after they part, and the band around 0.8 of 24 hours."""
    window = int(hours)
    a = np.cos(np.arange(4 * window))
    b = np.where(np.arange(len(a)) >= len(a) - window, -a, a)
    together, parted = (float(rolling_correlation(a, x, window)["correlation"].iloc[-1]) for x in (a, b))
    turn = 2.0 * np.pi * np.arange(24) / 24
    first, second = np.cos(turn), np.sin(turn)  # uncorrelated over the window
    band = rolling_correlation(first, 0.8 * first + np.sqrt(1.0 - 0.8 * 0.8) * second, 24).iloc[-1]
    return {"together": together, "parted": parted, "low": band["low"], "high": band["high"]}
