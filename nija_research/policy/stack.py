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

from nija_research.compiled import replace, rule
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
_ZERO = State(*(0.0,) * len(State._fields))


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
def _settle(policy: PolicyArrays, state: State, on: bool, wins: float) -> tuple[State, float, float, float, float]:
    """Settle profit if `on`: the state afterwards, then what was paid to chest, operating capital and out, and back."""
    settled, new_mark = _settled(state.profit, state.chest_mark, state.due, state.trading, policy.war_chest)
    settled = settled if on else 0.0
    to_chest, to_operating, paid_out = _split(settled, _chest_rate(wins, policy.war_chest), policy.profit_split)
    back = _chest_return(state.chest + to_chest, policy.war_chest)
    back = back if on else 0.0
    mark = new_mark if on else state.chest_mark
    due = 0.0 if on else state.due
    after = replace(
        state,
        trading=state.trading - to_chest - to_operating - paid_out + back,
        chest=state.chest + to_chest - back,
        operating=state.operating + to_operating,
        withdrawn=state.withdrawn + paid_out,
        chest_mark=mark,
        due=due,
    )
    return after, to_chest, to_operating, paid_out, back


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
    preserved, split_mark = _compound(profit, 0.0, current, policy.compounding)
    _, reached = _lock(profit, 0.0, 0.0, policy.milestones)
    at_high = policy.war_chest.basis == 2.0
    opening = replace(
        _ZERO,
        trading=current - preserved,
        preserved=preserved,
        profit=profit,
        base=base,
        unit=unit,
        peak=peak,
        level=_band(1.0 - unit / peak, policy.drawdown),
        milestone=reached,
        split_mark=split_mark,
        day_unit=unit,
        week_unit=unit,
        peak_stop=_held(0.0, peak, unit, policy.stops.peak, 0.0),
    )
    state, to_chest, to_operating, paid_out, back = _settle(policy, opening, at_high, 0.0)
    mark = state.chest_mark if at_high else profit
    return replace(state, chest_mark=mark), Moves(preserved, 0.0, to_chest, to_operating, paid_out, back)


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
    halted_for = 0.0 if cool or cool_stop else halted_for
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
    earned = replace(state, trading=trading, profit=profit, due=due)
    after, to_chest, to_operating, paid_out, back = _settle(policy, earned, by_trade, state.wins)

    day_stop = _held(state.day_stop, state.day_unit, unit, policy.stops.day, 0.0)
    week_stop = _held(state.week_stop, state.week_unit, unit, policy.stops.week, 0.0)
    in_a_row = policy.stops.streak < NEVER and stop_losses >= policy.stops.streak
    streak_stop = 1.0 if in_a_row else state.streak_stop
    peak_stop = _held(0.0 if cool_stop else state.peak_stop, peak, unit, policy.stops.peak, excused)
    after = replace(
        after,
        preserved=state.preserved + preserve,
        locked=state.locked + lock,
        unit=unit,
        peak=peak,
        level=level,
        recovery=recovery,
        excused=excused,
        halted_for=halted_for,
        wins=wins,
        losses=losses,
        milestone=milestone,
        split_mark=split_mark,
        stop_losses=stop_losses,
        day_stop=day_stop,
        week_stop=week_stop,
        streak_stop=streak_stop,
        peak_stop=peak_stop,
    )
    return after, Moves(preserve, lock, to_chest, to_operating, paid_out, back)


@rule
def advance(policy: PolicyArrays, state: State, day: float, week: float) -> tuple[State, Moves]:
    """Move the clock to `day` and `week`: settle a period that is over, start day and week again."""
    new_day, new_week = day > state.day, week > state.week
    period = policy.war_chest.settlement
    over = (period == 1.0 and new_day) or (period == 2.0 and new_week)
    settled, to_chest, to_operating, paid_out, back = _settle(policy, state, over, state.wins)
    day = day if new_day else state.day
    week = week if new_week else state.week
    day_unit = state.unit if new_day else state.day_unit
    week_unit = state.unit if new_week else state.week_unit
    stop_losses = 0.0 if new_day and state.streak_stop > 0.0 else state.stop_losses
    day_stop = 0.0 if new_day else state.day_stop
    week_stop = 0.0 if new_week else state.week_stop
    streak_stop = 0.0 if new_day else state.streak_stop
    after = replace(
        settled,
        day=day,
        week=week,
        day_unit=day_unit,
        week_unit=week_unit,
        stop_losses=stop_losses,
        day_stop=day_stop,
        week_stop=week_stop,
        streak_stop=streak_stop,
    )
    return after, Moves(0.0, 0.0, to_chest, to_operating, paid_out, back)


@rule
def flow(state: State, trading: float, operating: float) -> State:
    """Book money from or to the outside (above 0 is a deposit) in the trading account and in operating capital."""
    return replace(
        state,
        trading=state.trading + trading,
        operating=state.operating + operating,
        flows=state.flows + trading + operating,
    )


@rule
def resume(state: State) -> State:
    """End a halt by hand: one level down from HALT, the peak stop lifted, the present depth excused."""
    halted = state.level == 4.0 or state.peak_stop == 1.0
    recovery = 0.0 if halted else state.recovery
    excused = depth_of(state) if halted else state.excused
    level = min(state.level, 3.0)
    return replace(state, level=level, recovery=recovery, excused=excused, halted_for=0.0, peak_stop=0.0)
