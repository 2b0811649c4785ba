"""
The order of the rules, written once: what a policy stakes, and what a trade, a day, a flow and a start do to an
account.

**Size**: sizing capital = trading account + chest above its tier - protected floor, at most the Grossman-Zhou cushion,
never below 0. ``size = base stake x market x streak x stops x protection``, with ``market = leverage x regime x risk``;
then the caps. Protection multiplies last. With an allocator on, the base stake is what it allocates out of equity.

**Trade**: unit value and peak, streaks, protection level, compounding split, milestones, settlement
(if it is the trade's), stops. **New day or week**: settlement (if it is the period's), then day and week start again.

Time is an argument: the number of the day and of the ISO week (see `clock`). Every function here is compiled; its
plain twin is ``.py_func``. `market` is apart from `size` because it depends on the market alone, so that a kernel
computes it once for all its lanes.
"""

from __future__ import annotations

from typing import NamedTuple

from nija_research.compiled import rule
from nija_research.policy import allocator as allocators
from nija_research.policy import compounding as compoundings
from nija_research.policy import cushion as cushions
from nija_research.policy import drawdown as drawdowns
from nija_research.policy import floor as floors
from nija_research.policy import leverage as leverages
from nija_research.policy import milestones as ladders
from nija_research.policy import profit_split as splits
from nija_research.policy import regime as regimes
from nija_research.policy import risk as risks
from nija_research.policy import stake as stakes
from nija_research.policy import stops as hard_stops
from nija_research.policy import streak as streaks
from nija_research.policy import war_chest as chests
from nija_research.policy.fields import NEVER
from nija_research.policy.state import Moves, State, depth_of, equity_of, unit_after
from nija_research.units import EDGE

__all__ = ["PolicyArrays", "advance", "flow", "market", "resume", "size", "start", "step"]

_allocate, _asset_room, _band = allocators.allocate, hard_stops.asset_room, drawdowns.drawdown_band
_base_stake, _capped, _cushion = stakes.base_stake, stakes.capped, cushions.cushion_capital
_chest_rate, _chest_return, _in_sizing = chests.chest_rate, chests.chest_return, chests.chest_in_sizing
_compound, _lock, _split = compoundings.compounding_split, ladders.milestone_lock, splits.profit_split
_counts, _streak, _held = streaks.streak_counts, streaks.streak_multiplier, hard_stops.stop_held
_stopped = hard_stops.any_stop
_floor, _level, _guarded = floors.protected_floor, drawdowns.drawdown_level, drawdowns.drawdown_size
_leverage, _regime, _risk = leverages.volatility_leverage, regimes.regime_share, risks.risk_adjustment
_settled = chests.settled_profit


class PolicyArrays(NamedTuple):
    """Every rule's settings, in the order of `Policy`; a rule that is off has neutral settings."""

    stake: stakes.StakeArrays
    floor: floors.FloorArrays
    cushion: cushions.CushionArrays
    allocator: allocators.AllocatorArrays
    leverage: leverages.LeverageArrays
    regime: regimes.RegimeArrays
    risk: risks.RiskArrays
    streak: streaks.StreakArrays
    drawdown: drawdowns.DrawdownArrays
    stops: hard_stops.StopArrays
    compounding: compoundings.CompoundingArrays
    milestones: ladders.MilestoneArrays
    war_chest: chests.ChestArrays
    profit_split: splits.SplitArrays


@rule
def market(policy: PolicyArrays, expected_return: float, vol: float, regime: float) -> float:
    """Multiplier of the base stake from the market alone (annual shares, regime number)."""
    return _leverage(vol, policy.leverage) * _regime(regime, policy.regime) * _risk(expected_return, vol, policy.risk)


@rule
def size(
    policy: PolicyArrays, state: State, multiplier: float, kelly: float, available: float, exposure: float, held: float
) -> float:
    """
    Money to stake now.

    `multiplier` is `market`'s, `kelly` the market's full-Kelly fraction, `exposure` the money in open positions and
    `held` the part of it in this asset.
    """
    equity = equity_of(state)
    floor = _floor(state.base + state.flows, state.unit, policy.floor)
    capital = state.trading + _in_sizing(state.chest, policy.war_chest) - floor
    capital = max(min(capital, _cushion(equity, state.unit, state.peak, policy.cushion)), 0.0)
    mm, arb, _ = _allocate(max(equity, 0.0), policy.allocator)
    stake = mm + arb if policy.allocator.on == 1.0 else _base_stake(capital, kelly, policy.stake)
    stake = stake * multiplier * _streak(state.wins, state.losses, policy.streak)
    stopped = _stopped(state.day_stop, state.week_stop, state.streak_stop, state.peak_stop, policy.stops)
    stake = 0.0 if stopped else stake
    stake = stake * _guarded(state.level, policy.drawdown)
    return _capped(stake, equity, available, exposure, _asset_room(equity, held, policy.stops), policy.stake)


@rule
def _settle(
    on: bool,
    trading: float,
    chest: float,
    operating: float,
    withdrawn: float,
    profit: float,
    mark: float,
    due: float,
    wins: float,
    policy: PolicyArrays,
) -> tuple[float, float, float, float, float, float, float, float, float, float]:
    """Settle profit if `on`: the parts afterwards, then what was paid to each and what came back."""
    settled, new_mark = _settled(profit, mark, due, trading, policy.war_chest)
    settled = settled if on else 0.0
    to_chest, to_operating, paid_out = _split(settled, _chest_rate(wins, policy.war_chest), policy.profit_split)
    back = _chest_return(chest + to_chest, policy.war_chest)
    back = back if on else 0.0
    return (
        trading - to_chest - to_operating - paid_out + back,
        chest + to_chest - back,
        operating + to_operating,
        withdrawn + paid_out,
        new_mark if on else mark,
        0.0 if on else due,
        to_chest,
        to_operating,
        paid_out,
        back,
    )


@rule
def start(policy: PolicyArrays, base: float, current: float) -> tuple[State, Moves]:
    """
    Open an account that holds `current` on a base of `base`; return its state and the money moved.

    Profit already made is split once, as a new high-water mark; milestones already passed lock nothing; a
    `current` below base starts in drawdown.
    """
    profit = current - base
    unit = current / base
    peak = max(unit, 1.0)
    depth = 1.0 - unit / peak
    preserved, split_mark = _compound(profit, 0.0, current, policy.compounding)
    _, reached = _lock(profit, 0.0, 0.0, policy.milestones)
    at_high = policy.war_chest.basis == 2.0
    trading, chest, operating, withdrawn, chest_mark, due, to_chest, to_operating, paid_out, back = _settle(
        at_high, current - preserved, 0.0, 0.0, 0.0, profit, 0.0, 0.0, 0.0, policy
    )
    chest_mark = chest_mark if at_high else profit
    peak_stop = _held(0.0, peak, unit, policy.stops.peak, 0.0)
    level = _band(depth, policy.drawdown)
    # fmt: off
    state = State(
        trading, preserved, 0.0, chest, operating, withdrawn, 0.0, profit, base, unit, peak, level, 0.0, 0.0, 0.0,
        0.0, 0.0, reached, split_mark, chest_mark, due, 0.0, 0.0, unit, unit, 0.0, 0.0, 0.0, 0.0, peak_stop,
    )
    # fmt: on
    return state, Moves(preserved, 0.0, to_chest, to_operating, paid_out, back)


@rule
def step(policy: PolicyArrays, state: State, pnl: float) -> tuple[State, Moves]:
    """
    Book one trade's P&L; return the state after every rule, and the money moved.

    A P&L of 0 is a break-even trade or a step without one: only the cooldowns count it.
    """
    unit = unit_after(state.unit, equity_of(state), pnl)
    peak = max(state.peak, unit)
    depth = 1.0 - unit / peak
    trading, profit = state.trading + pnl, state.profit + pnl
    wins, losses = _counts(state.wins, state.losses, pnl)
    _, stop_losses = _counts(0.0, state.stop_losses, pnl)
    stop_losses = stop_losses if policy.stops.streak < NEVER else state.stop_losses

    halted = state.level == 4.0 or state.peak_stop == 1.0
    waits = policy.drawdown.cooldown < NEVER or policy.stops.cooldown < NEVER
    counted = state.halted_for + 1.0 if halted else 0.0
    halted_for = counted if waits else state.halted_for
    cool = policy.drawdown.cooldown < NEVER and state.level == 4.0 and halted_for >= policy.drawdown.cooldown
    cool_stop = policy.stops.cooldown < NEVER and state.peak_stop == 1.0 and halted_for >= policy.stops.cooldown
    excused = state.excused if depth >= min(policy.drawdown.depth[3], policy.stops.peak) - EDGE else 0.0
    excused = depth if cool or cool_stop else excused
    level, recovery = _level(
        3.0 if cool else state.level, 0.0 if cool else state.recovery, depth, excused, pnl, policy.drawdown
    )

    preserve, split_mark = _compound(profit, state.split_mark, trading, policy.compounding)
    trading = trading - preserve
    lock, milestone = _lock(profit, state.milestone, trading, policy.milestones)
    trading = trading - lock
    by_trade = policy.war_chest.settlement == 0.0 and pnl != 0.0
    due = state.due + max(pnl, 0.0) if policy.war_chest.basis == 0.0 else state.due
    trading, chest, operating, withdrawn, chest_mark, due, to_chest, to_operating, paid_out, back = _settle(
        by_trade,
        trading,
        state.chest,
        state.operating,
        state.withdrawn,
        profit,
        state.chest_mark,
        due,
        state.wins,
        policy,
    )

    day_stop = _held(state.day_stop, state.day_unit, unit, policy.stops.day, 0.0)
    week_stop = _held(state.week_stop, state.week_unit, unit, policy.stops.week, 0.0)
    in_a_row = policy.stops.streak < NEVER and stop_losses >= policy.stops.streak
    streak_stop = 1.0 if in_a_row else state.streak_stop
    peak_stop = _held(0.0 if cool_stop else state.peak_stop, peak, unit, policy.stops.peak, excused)
    # fmt: off
    after = State(
        trading, state.preserved + preserve, state.locked + lock, chest, operating, withdrawn, state.flows, profit,
        state.base, unit, peak, level, recovery, excused, 0.0 if cool or cool_stop else halted_for, wins, losses,
        milestone, split_mark, chest_mark, due, state.day, state.week, state.day_unit, state.week_unit,
        stop_losses, day_stop, week_stop, streak_stop, peak_stop,
    )
    # fmt: on
    return after, Moves(preserve, lock, to_chest, to_operating, paid_out, back)


@rule
def advance(policy: PolicyArrays, state: State, day: float, week: float) -> tuple[State, Moves]:
    """Move the clock to `day` and `week`: settle a period that is over, start day and week again."""
    new_day, new_week = day > state.day, week > state.week
    period = policy.war_chest.settlement
    over = (period == 1.0 and new_day) or (period == 2.0 and new_week)
    trading, chest, operating, withdrawn, chest_mark, due, to_chest, to_operating, paid_out, back = _settle(
        over, state.trading, state.chest, state.operating, state.withdrawn, state.profit, state.chest_mark, state.due,
        state.wins, policy,
    )  # fmt: skip
    # fmt: off
    after = State(
        trading, state.preserved, state.locked, chest, operating, withdrawn, state.flows, state.profit, state.base,
        state.unit, state.peak, state.level, state.recovery, state.excused, state.halted_for, state.wins,
        state.losses, state.milestone, state.split_mark, chest_mark, due,
        day if new_day else state.day, week if new_week else state.week,
        state.unit if new_day else state.day_unit, state.unit if new_week else state.week_unit,
        0.0 if new_day and state.streak_stop > 0.0 else state.stop_losses, 0.0 if new_day else state.day_stop,
        0.0 if new_week else state.week_stop, 0.0 if new_day else state.streak_stop, state.peak_stop,
    )
    # fmt: on
    return after, Moves(0.0, 0.0, to_chest, to_operating, paid_out, back)


@rule
def flow(state: State, trading: float, operating: float) -> State:
    """Book money from or to the outside (above 0 is a deposit) in the trading account and in operating capital."""
    # fmt: off
    return State(
        state.trading + trading, state.preserved, state.locked, state.chest, state.operating + operating,
        state.withdrawn, state.flows + trading + operating, state.profit, state.base, state.unit, state.peak,
        state.level, state.recovery, state.excused, state.halted_for, state.wins, state.losses, state.milestone,
        state.split_mark, state.chest_mark, state.due, state.day, state.week, state.day_unit, state.week_unit,
        state.stop_losses, state.day_stop, state.week_stop, state.streak_stop, state.peak_stop,
    )
    # fmt: on


@rule
def resume(state: State) -> State:
    """End a halt by hand: one level down from HALT, the peak stop lifted, the present depth excused."""
    halted = state.level == 4.0 or state.peak_stop == 1.0
    # fmt: off
    return State(
        state.trading, state.preserved, state.locked, state.chest, state.operating, state.withdrawn, state.flows,
        state.profit, state.base, state.unit, state.peak, min(state.level, 3.0), 0.0 if halted else state.recovery,
        depth_of(state) if halted else state.excused, 0.0, state.wins, state.losses, state.milestone,
        state.split_mark, state.chest_mark, state.due, state.day, state.week, state.day_unit, state.week_unit,
        state.stop_losses, state.day_stop, state.week_stop, state.streak_stop, 0.0,
    )
    # fmt: on
