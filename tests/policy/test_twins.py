"""Every compiled rule equals its plain twin, one by one and in the order of the stack."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.policy import (
    allocator,
    compounding,
    cushion,
    drawdown,
    floor,
    lanes,
    leverage,
    milestones,
    presets,
    profit_split,
    regime,
    risk,
    stack,
    stake,
    stops,
    streak,
    war_chest,
)
from nija_research.policy.state import Moves, State

M, W, P = "money", "whole", "positive"
RULES = [
    (allocator.allocate, [P], allocator.Allocator(respect_exposure_limit=True)),
    (compounding.compounding_split, [M, M, M], compounding.Compounding()),
    (cushion.cushion_capital, [M, P, P], cushion.Cushion()),
    (drawdown.drawdown_band, ["share"], drawdown.DrawdownGuard()),
    (drawdown.drawdown_level, [W, W, "share", "share", M], drawdown.DrawdownGuard()),
    (drawdown.drawdown_size, [W], drawdown.DrawdownGuard()),
    (floor.protected_floor, [M, "share"], floor.ProtectedFloor(reading="keep_most")),
    (leverage.volatility_leverage, ["share"], leverage.VolatilityLeverage(sensitivity=0.8)),
    (milestones.milestone_lock, [M, P, M], milestones.Milestones(ladder=(50.0, 200.0))),
    (profit_split.profit_split, [P, "share"], profit_split.ProfitSplit()),
    (regime.regime_share, [W], regime.RegimeShares()),
    (risk.risk_adjustment, ["share", "share"], risk.RiskAdjustment()),
    (stake.base_stake, [P, "share"], stake.Stake(kelly=0.5)),
    (stake.capped, [P, P, P, P, P], stake.Stake(max_share=0.2)),
    (stops.stop_reached, [P, P, "share", "share"], None),
    (stops.asset_room, [P, P], stops.Stops()),
    (streak.streak_counts, [W, W, M], None),
    (streak.streak_multiplier, [W, W], streak.StreakSizing()),
    (war_chest.chest_rate, [W], war_chest.WarChest()),
    (war_chest.settled_profit, [M, M, P, M], war_chest.WarChest(basis="per_win")),
    (war_chest.chest_return, [P], war_chest.WarChest()),
    (war_chest.chest_in_sizing, [P], war_chest.WarChest()),
]


def draw(kind, rng):
    return {
        "money": lambda: float(rng.normal(0.0, 300.0)),
        "positive": lambda: float(rng.exponential(300.0)),
        "whole": lambda: float(rng.integers(0, 7)),
        "share": lambda: float(rng.uniform(0.0, 0.6)),
    }[kind]()


@pytest.mark.parametrize(("rule", "inputs", "config"), RULES, ids=[r[0].py_func.__name__ for r in RULES])
def test_a_compiled_rule_equals_its_plain_twin(rule, inputs, config, plain_twin):
    rng = np.random.default_rng(3)
    settings = () if config is None else (config.arrays(),)
    plain = plain_twin(rule)
    for _ in range(300):
        arguments = [draw(kind, rng) for kind in inputs]
        np.testing.assert_allclose(rule(*arguments, *settings), plain(*arguments, *settings), rtol=1e-12)


@pytest.mark.parametrize("name", sorted(presets))
def test_the_settings_survive_packing(name):
    packed = lanes.pack(presets[name])
    assert lanes.unpack.py_func(packed, 0, 1) == presets[name].arrays()


@pytest.mark.parametrize("name", ["document_000", "document_002", "document_003", "grossman_zhou"])
def test_the_stack_equals_its_plain_twin_over_a_whole_history(name, plain_twin):
    policy = presets[name]
    packed, arrays = lanes.pack(policy), policy.arrays()
    start, step, advance, size = (plain_twin(f) for f in (stack.start, stack.step, stack.advance, stack.size))
    market, flow, resume = (plain_twin(f) for f in (stack.market, stack.flow, stack.resume))
    states, moves = np.zeros(lanes.WIDTH), np.zeros(lanes.MOVES)
    rng = np.random.default_rng(11)
    for base, current in ((200.0, 200.0), (200.0, 260.0), (200.0, 170.0)):
        lanes.start_lane(packed, states, moves, base, current)
        state, moved = start(arrays, base, current)
        for t in range(400):
            mu, vol, number = rng.uniform(0.0, 0.6), rng.uniform(0.05, 1.2), float(rng.integers(0, 7))
            kelly = rng.uniform(-0.1, 0.5)
            compiled = lanes.size_lane(packed, states, mu, vol, number, kelly, 150.0, 10.0, 5.0)
            plain = size(arrays, state, market(arrays, mu, vol, number), kelly, 150.0, 10.0, 5.0)
            assert compiled == pytest.approx(plain, rel=1e-12, abs=1e-12)
            pnl = float(rng.choice([0.0, 1.0])) * plain * rng.normal(0.1, 0.6) + rng.normal(0.0, 1.0)
            lanes.step_lane(packed, states, moves, pnl)
            state, moved = step(arrays, state, pnl)
            if t % 3 == 0:
                lanes.advance_lane(packed, states, moves, float(t), float(t // 7))
                state, moved = advance(arrays, state, float(t), float(t // 7))
            if t % 50 == 0:
                lanes.flow_lane(states, 5.0, 1.0)
                lanes.resume_lane(states)
                state = resume(flow(state, 5.0, 1.0))
                moved = Moves(*moves)
            np.testing.assert_allclose(states, state, rtol=1e-12, atol=1e-12)
            np.testing.assert_allclose(moves, moved, rtol=1e-12, atol=1e-12)
        assert isinstance(state, State)
