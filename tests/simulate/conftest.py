"""Random policies, the simulator written a second time in plain Python, and how a mean over paths is judged."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.policy import (
    Policy,
    Stake,
    allocator,
    compounding,
    cushion,
    drawdown,
    floor,
    leverage,
    milestones,
    profit_split,
    regime,
    risk,
    stack,
    stops,
    streak,
    war_chest,
)  # fmt: skip
from nija_research.simulate import path_stats as tallies
from nija_research.simulate.market_state import market_state_of


def _maybe(rng, make):
    return make() if rng.random() < 0.5 else None


def _settlement(rng):
    basis = str(rng.choice(["per_win", "per_period", "high_water_mark"]))
    return basis, str(rng.choice(["day", "week"] if basis == "per_period" else ["trade", "day", "week"]))


@pytest.fixture(scope="session")
def random_policy():
    """What draws a policy: every rule on or off, every setting somewhere in its range."""

    def draw(rng) -> Policy:
        u = rng.uniform
        depth = tuple(float(x) for x in np.sort(u(0.01, 0.5, 4)) + np.arange(4) * 1e-3)
        sizes = tuple(float(x) for x in np.sort(u(0.0, 1.0, 4))[::-1])
        kind = rng.integers(3)
        stake = [
            lambda: Stake(share=u(0.01, 0.6), max_share=u(0.1, 0.9)),
            lambda: Stake(kelly=u(0.1, 2.0), max_share=None, max_exposure=None),
            lambda: Stake(money=u(5.0, 900.0)),
        ][kind]()
        basis, settlement = _settlement(rng)
        chest, operating = u(0.0, 0.3), u(0.0, 0.3)
        rate = round(chest, 6)
        parts = (round(1.0 - rate - round(operating, 6) - 0.1, 9), rate, round(operating, 6), 0.1)
        wait = lambda: int(rng.integers(1, 9)) if rng.random() < 0.5 else None  # noqa: E731
        return Policy(
            stake=stake,
            floor=_maybe(rng, lambda: floor.ProtectedFloor(share=u(), reading=str(rng.choice(["keep_last", "keep_most"])))),
            cushion=_maybe(rng, lambda: cushion.Cushion(floor=u(0.1, 0.95))),
            allocator=_maybe(rng, lambda: allocator.Allocator(respect_exposure_limit=bool(rng.integers(2)))),
            leverage=_maybe(rng, lambda: leverage.VolatilityLeverage(sensitivity=u(0.2, 1.5))),
            regime=_maybe(rng, regime.RegimeShares),
            risk=_maybe(rng, risk.RiskAdjustment),
            streak=_maybe(rng, lambda: streak.StreakSizing(hot=u(1.0, 1.5), cold=u(0.5, 1.0))),
            drawdown=_maybe(
                rng,
                lambda: drawdown.DrawdownGuard(
                    depth=depth, size=sizes, recovery_wins=int(rng.integers(1, 5)), halt_cooldown=wait()
                ),
            ),
            stops=_maybe(
                rng,
                lambda: stops.Stops(
                    day=u(0.01, 0.3), week=u(0.02, 0.5), streak=int(rng.integers(2, 6)), peak=u(0.05, 0.6),
                    halt_cooldown=wait(),
                ),
            ),
            compounding=_maybe(rng, lambda: compounding.Compounding(reinvest=0.75, preserve=0.25)),
            milestones=_maybe(
                rng, lambda: milestones.Milestones(ladder=tuple(np.sort(u(1.0, 900.0, 4)).tolist()), lock_share=u())
            ),
            war_chest=_maybe(
                rng,
                lambda: war_chest.WarChest(
                    rate=rate, hot_bonus=u(0.0, 0.1), basis=basis, settlement=settlement, compound_above=u(0.0, 200.0),
                    reinvest_above=u(1.0, 200.0), reinvest_ratio=u(), reinvest_of=str(rng.choice(["excess", "balance"])),
                ),
            ),
            profit_split=_maybe(
                rng,
                lambda: profit_split.ProfitSplit(
                    reinvest=parts[0], chest=parts[1], operating=parts[2], withdrawal=parts[3], basis=basis,
                    settlement=settlement,
                ),
            ),
        )  # fmt: skip

    return draw


@pytest.fixture(scope="session")
def by_hand(plain_twin):
    """What runs one path in plain Python: the order of a step written out, the rules' plain twins called."""
    start, size, step, advance = (plain_twin(f) for f in (stack.start, stack.size, stack.step, stack.advance))
    market = plain_twin(stack.market)
    opening, update = plain_twin(tallies.opening_stats), plain_twin(tallies.update)
    update_moves = plain_twin(tallies.update_moves)

    def path(policy, world, earned, rows, *, base, current, buying_power=1.0, scale=1.0, goals):
        rules = policy.arrays()
        told = market_state_of(world, [policy])
        state, moved = start(rules, base, current)
        count = opening(state, moved, goals)
        states, day = [state], 0.0
        for t, (r, row) in enumerate(zip(earned, rows, strict=True)):
            if world.calendar.day(t) > day:
                day = world.calendar.day(t)
                state, moved = advance(rules, state, day, world.calendar.week(t))
                count = update_moves(count, moved)
            multiplier = scale * market(rules, told.expected_return[row], told.volatility[row], told.regime[row])
            equity = state.trading + state.preserved + state.locked + state.chest + state.operating
            available = buying_power * max(equity, 0.0)
            stake = size(rules, state, multiplier, told.kelly[row], available, 0.0, 0.0)
            after, moved = step(rules, state, stake * r)
            count = update(count, rules, goals, state, after, moved, stake, stake * r)
            state = after
            states.append(state)
        return states, count

    return path


@pytest.fixture
def agrees():
    """Check a mean over paths against its expectation; a true one fails in 1 of 15,000 (4 standard errors)."""

    def check(per_path, expected, limit=4.0):
        values = np.asarray(per_path, dtype=float)
        error = values.std(ddof=1) / np.sqrt(len(values))
        z = (values.mean() - expected) / error
        assert abs(z) < limit, f"{values.mean():.6g} against {expected:.6g}: {z:.1f} standard errors"

    return check
