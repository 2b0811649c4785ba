"""
The whole stack of rules once more, for arrays of paths: one function of numpy or jax.numpy.

Only what `document_000` and `document_003` use: one position at a time, a day a step, settlement by trade, no cooldown,
an account that opens at its base. Rules that are off are not written, so that a peer pays for nothing that ours
does not do. Every field that ours leaves of a path is counted here too.
"""

from __future__ import annotations

from typing import Any

from nija_research.policy import Policy
from nija_research.units import EDGE

__all__ = ["move_day", "move_week", "open_accounts", "step"]

#: Fields of the account and of what is counted, as `simulate.result.COLUMNS` names them.
_ZERO = (
    *("preserved", "locked", "chest", "operating", "withdrawn", "profit", "level", "recovery", "wins", "losses"),
    *("milestone", "split_mark", "chest_mark", "stop_losses", "day_stop", "week_stop", "streak_stop", "peak_stop"),
    *("max_drawdown", "squared_depth", "under_water", "spell", "longest_spell", "losing_run", "caution", "warning"),
    *("danger", "halt", "halts", "days_stopped", "weeks_stopped", "trades", "staked", "sum_return", "sum_square"),
    *("alive", "short", "siphoned", "returned"),
)
_ONE = ("unit", "peak", "day_unit", "week_unit", "lowest")


def open_accounts(xp: Any, n: int, base: float) -> dict[str, Any]:
    """Return `n` accounts that hold their base."""
    fields = {name: xp.zeros(n) for name in _ZERO} | {name: xp.ones(n) for name in _ONE}
    return fields | {"trading": xp.full(n, base), "highest": xp.full(n, base)}


def move_day(xp: Any, s: dict[str, Any], on: bool) -> dict[str, Any]:
    """Start a new day."""
    if not on:
        return s
    zero = xp.zeros_like(s["unit"])
    waits = xp.where(s["streak_stop"] > 0.0, 0.0, s["stop_losses"])
    return s | {"day_unit": s["unit"], "stop_losses": waits, "day_stop": zero, "streak_stop": zero}


def move_week(xp: Any, s: dict[str, Any], on: bool) -> dict[str, Any]:
    """Start a new week."""
    return s | {"week_unit": s["unit"], "week_stop": xp.zeros_like(s["unit"])} if on else s


def step(xp: Any, policy: Policy, s: dict[str, Any], multiplier: Any, earned: Any, base: float, ruin: float) -> Any:
    """Size, book and count one step of every account; `earned` is the return per unit staked."""
    p, chest_on, guard_on, stops_on = policy.arrays(), policy.war_chest, policy.drawdown, policy.stops
    where, high, low = xp.where, xp.maximum, xp.minimum
    equity = s["trading"] + s["preserved"] + s["locked"] + s["chest"] + s["operating"]

    # Size.
    capital = s["trading"]
    if chest_on:
        capital = capital + high(s["chest"] - p.war_chest.compound_above, 0.0)
    if policy.floor:
        capital = capital - p.floor.last * base
    stake = high(low(capital, equity), 0.0) * p.stake.share * multiplier
    if policy.streak:
        hot = where(s["wins"] >= p.streak.hot_after, p.streak.hot, 1.0)
        stake = stake * where(s["losses"] >= p.streak.cold_after, p.streak.cold, hot)
    if stops_on:
        stopped = s["day_stop"] + s["week_stop"] + s["streak_stop"] + s["peak_stop"] > 0.0
        stake = where(stopped, 0.0, stake)
    if guard_on:
        size = p.drawdown.size
        m = where(s["level"] >= 1.0, size[0], 1.0)
        m = where(s["level"] >= 2.0, size[1], m)
        m = where(s["level"] >= 3.0, size[2], m)
        stake = stake * where(s["level"] >= 4.0, size[3], m)
    most = min(p.stake.max_share, p.stake.max_exposure, p.stops.asset, 1.0)
    stake = high(low(stake, most * equity), 0.0)
    pnl = stake * earned

    # Book.
    won, lost = pnl > 0.0, pnl < 0.0
    grown = (equity + pnl) / where(equity > 0.0, equity, 1.0)
    unit = where(equity > 0.0, high(s["unit"] * grown, 0.0), s["unit"])
    peak = high(s["peak"], unit)
    depth = 1.0 - unit / peak
    trading, profit = s["trading"] + pnl, s["profit"] + pnl
    t = {"unit": unit, "peak": peak, "profit": profit}
    t["wins"] = where(lost, 0.0, where(won, s["wins"] + 1.0, s["wins"]))
    t["losses"] = where(won, 0.0, where(lost, s["losses"] + 1.0, s["losses"]))
    if guard_on:
        edge = p.drawdown.depth
        band = where(depth >= edge[0] - EDGE, 1.0, 0.0)
        band = where(depth >= edge[1] - EDGE, 2.0, band)
        band = where(depth >= edge[2] - EDGE, 3.0, band)
        band = where(depth >= edge[3] - EDGE, 4.0, band)
        wins = where(lost, 0.0, where(won, s["recovery"] + 1.0, s["recovery"]))
        down = (band < s["level"]) & (s["level"] < 4.0) & (wins >= p.drawdown.recovery_wins)
        t["recovery"] = where((band > s["level"]) | down, 0.0, wins)
        t["level"] = high(s["level"], band) - where(down, 1.0, 0.0)
    if policy.compounding:
        kept = low(p.compounding.preserve * high(profit - s["split_mark"], 0.0), high(trading, 0.0))
        t["split_mark"], t["preserved"] = high(s["split_mark"], profit), s["preserved"] + kept
        trading = trading - kept
    if policy.milestones:
        top = s["milestone"]
        for rung in policy.milestones.ladder:
            top = where(profit >= rung * (1.0 - EDGE), high(top, rung), top)
        locked = low(p.milestones.lock_share * (top - s["milestone"]), high(trading, 0.0))
        t["milestone"], t["locked"] = top, s["locked"] + locked
        trading = trading - locked
    if chest_on:
        c = p.war_chest
        traded = pnl != 0.0
        settled = where(traded, low(high(profit - s["chest_mark"], 0.0), high(trading, 0.0)), 0.0)
        rate = c.rate + where(s["wins"] >= c.hot_after, c.hot_bonus, 0.0)
        to_chest = settled * rate
        to_operating, paid = settled * p.profit_split.operating, settled * p.profit_split.withdrawal
        full = s["chest"] + to_chest
        back = c.reinvest_ratio * (full if c.of_balance == 1.0 else full - c.reinvest_above)
        back = where(traded & (full > c.reinvest_above * (1.0 + EDGE)), back, 0.0)
        t["chest_mark"] = where(traded, high(s["chest_mark"], profit), s["chest_mark"])
        t["chest"], t["operating"] = full - back, s["operating"] + to_operating
        t["withdrawn"] = s["withdrawn"] + paid
        trading = trading - to_chest - to_operating - paid + back
        t["siphoned"], t["returned"] = s["siphoned"] + to_chest, s["returned"] + back
    t["trading"] = trading
    if stops_on:
        held = p.stops
        t["stop_losses"] = where(won, 0.0, where(lost, s["stop_losses"] + 1.0, s["stop_losses"]))
        t["day_stop"] = where(unit < s["day_unit"] * (1.0 - (held.day - EDGE)), 1.0, s["day_stop"])
        t["week_stop"] = where(unit < s["week_unit"] * (1.0 - (held.week - EDGE)), 1.0, s["week_stop"])
        t["streak_stop"] = where(t["stop_losses"] >= held.streak, 1.0, s["streak_stop"])
        t["peak_stop"] = where(unit < peak * (1.0 - (held.peak - EDGE)), 1.0, s["peak_stop"])

    # Count.
    under, gain = depth > EDGE, where(equity > 0.0, high(grown, 0.0) - 1.0, 0.0)
    t["max_drawdown"] = high(s["max_drawdown"], depth)
    t["squared_depth"] = s["squared_depth"] + depth * depth
    t["under_water"] = s["under_water"] + under
    t["spell"] = where(under, s["spell"] + 1.0, 0.0)
    t["longest_spell"] = high(s["longest_spell"], t["spell"])
    t["losing_run"] = high(s["losing_run"], t["losses"])
    if guard_on:
        for k, name in enumerate(("caution", "warning", "danger", "halt")):
            t[name] = s[name] + (s["level"] >= k + 1.0)
        t["halts"] = s["halts"] + ((t["level"] == 4.0) & (s["level"] != 4.0))
    if stops_on:
        began = t["day_stop"] + t["streak_stop"] > 0.0
        t["days_stopped"] = s["days_stopped"] + (began & (s["day_stop"] + s["streak_stop"] == 0.0))
        t["weeks_stopped"] = s["weeks_stopped"] + (t["week_stop"] > s["week_stop"])
        t["halts"] = s["halts"] + ((t["peak_stop"] == 1.0) & (s["peak_stop"] != 1.0))
    t["trades"] = s["trades"] + (stake > 0.0)
    t["staked"] = s["staked"] + stake
    t["sum_return"], t["sum_square"] = s["sum_return"] + gain, s["sum_square"] + gain * gain
    t["lowest"] = low(s["lowest"], unit)
    t["alive"] = s["alive"] + (t["lowest"] > ruin + EDGE)
    return s | t
