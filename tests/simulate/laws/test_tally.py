"""
Every count of a path, by paths short enough to count by hand.

The account starts with 1,000 and stakes a tenth or all of it; sums are written beside the steps.
"""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.errors import ParameterError
from nija_research.policy import DrawdownGuard, Milestones, Policy, ProfitSplit, Stake, Stops, WarChest
from nija_research.simulate import run, worlds

ALL_IN = Policy(stake=Stake(share=1.0))
TENTH = Stake(share=0.1)
NO_STOPS = {"day": None, "week": None, "streak": None, "peak": None, "asset": None}


def one_path(policy, returns, *, per_day=1.0, days=7, **options):
    """The counts of one path, as plain numbers."""
    calendar = worlds.Calendar(trades_per_day=per_day, days_per_week=days)
    world = worlds.given([returns], calendar=calendar)
    options = {"base": 1_000.0, "specialise": False} | options
    return run(policy, world, n_paths=1, horizon=len(returns), **options)


def value(result, name):
    return float(result[name][0])


def test_depth_and_spells():
    # 1,000 -> 900 -> 990 -> 1,188 -> 1,188 -> 594 -> 891 -> 1,188: depths .1, .01, 0, 0, .5, .25, 0.
    found = one_path(ALL_IN, [-0.1, 0.1, 0.2, 0.0, -0.5, 0.5, 1 / 3])
    assert value(found, "max_drawdown") == pytest.approx(0.5)
    assert value(found, "squared_depth") == pytest.approx(0.01 + 0.0001 + 0.25 + 0.0625)
    assert value(found, "under_water") == 4  # back at the peak exactly, as at the end, is not under water
    assert value(found, "longest_spell") == 2
    assert value(found, "unit") == pytest.approx(1.188)
    assert value(found, "peak") == pytest.approx(1.188)
    assert found.time_under_water[0] == pytest.approx(4 / 7)
    assert found.ulcer_index[0] == pytest.approx(np.sqrt(0.3226 / 7))


def test_a_spell_that_lasts_to_the_end_counts():
    found = one_path(ALL_IN, [0.1, -0.1, 0.0, 0.05])
    assert value(found, "longest_spell") == 3
    assert value(found, "under_water") == 3


def test_an_account_that_opens_below_its_base_opens_in_a_drawdown():
    found = one_path(ALL_IN, [0.05, 0.05], current=800.0)
    assert value(found, "max_drawdown") == pytest.approx(0.2)  # the start included
    assert value(found, "squared_depth") == pytest.approx((1 - 0.84) ** 2 + (1 - 0.882) ** 2)
    assert value(found, "lowest") == pytest.approx(0.8)  # of base, and all of the opening value:
    assert found.lowest[0] == pytest.approx(1.0)
    assert found.growth[0] * found.years == pytest.approx(2 * np.log(1.05))


def test_the_longest_losing_run():
    # A break-even trade neither makes nor ends a run.
    for returns, longest in (
        ([-0.1, -0.1, 0.1, -0.1, 0.1, 0.1], 2),
        ([0.1, -0.1, 0.0, -0.1, -0.1], 3),
        ([0.1, 0.1], 0),
        ([-0.01] * 5, 5),
    ):
        assert value(one_path(ALL_IN, returns), "losing_run") == longest


def test_a_trade_that_is_not_made_is_no_loss():
    # Three losses stop the day: the fourth and fifth are not made, the sixth is another day's.
    policy = Policy(stake=TENTH, stops=Stops(**NO_STOPS | {"streak": 3}))
    found = one_path(policy, [-0.1] * 6, per_day=5)
    assert value(found, "losing_run") == 4
    assert value(found, "trades") == 4


def test_trades_and_money_staked():
    found = one_path(Policy(stake=TENTH), [1.0, -1.0, 0.0])
    assert value(found, "trades") == 3
    assert value(found, "staked") == pytest.approx(100.0 + 110.0 + 99.0)
    assert value(found, "profit") == pytest.approx(100.0 - 110.0)


def test_returns_of_the_account_and_their_volatility():
    found = one_path(Policy(stake=TENTH), [1.0, -0.5, 0.2, 0.0])
    returns = np.array([0.1, -0.05, 0.02, 0.0])
    assert value(found, "sum_return") == pytest.approx(returns.sum())
    assert value(found, "sum_square") == pytest.approx((returns**2).sum())
    assert found.volatility[0] == pytest.approx(returns.std(ddof=1) * np.sqrt(365.25))


def test_a_lost_account_returns_nothing_more():
    found = one_path(ALL_IN, [-1.0, 0.5, 0.5])
    assert value(found, "sum_return") == pytest.approx(-1.0)
    assert value(found, "trades") == 1
    assert value(found, "max_drawdown") == 1.0
    assert found.growth[0] == -np.inf
    assert found.time_to_ruin[0] == 1


def test_debt_is_a_return_of_minus_one():
    found = one_path(Policy(stake=Stake(share=1.0, max_share=3.0, max_exposure=3.0)), [-1.5, 1.0], buying_power=3.0)
    assert value(found, "trading") == pytest.approx(-500.0)
    assert value(found, "sum_return") == pytest.approx(-1.0)
    assert value(found, "unit") == 0.0


@pytest.mark.parametrize(("level", "step"), [(0.95, 1), (0.9, 2), (0.8, 2), (0.79, 4), (0.5, np.inf)])
def test_the_step_of_ruin_at_its_edge(level, step):
    # 1,000 -> 950 -> 800 -> 880 -> 790: reached at the edge, counted from 1, and not unreached again.
    returns = [-0.05, 800 / 950 - 1, 0.1, 790 / 880 - 1]
    found = one_path(ALL_IN, returns, ruin=level)
    assert found.time_to_ruin[0] == step
    assert value(found, "lowest") == pytest.approx(0.79)
    doubled = one_path(ALL_IN, returns, ruin=level, base=500.0, current=1_000.0)
    assert doubled.time_to_ruin[0] == step  # of the opening equity, not of base


@pytest.mark.parametrize(
    ("target", "step"), [(1_000.0, 0), (1_100.0, 1), (1_101.0, 3), (1_210.0, 3), (1_500.0, np.inf)]
)
def test_the_step_of_the_target_at_its_edge(target, step):
    found = one_path(ALL_IN, [0.1, -0.5, 1.2, 0.0], target=target)
    assert found.time_to_target[0] == step
    assert value(found, "highest") == pytest.approx(1_210.0)


def test_a_target_is_of_equity_and_a_payout_is_not_equity():
    split = ProfitSplit(reinvest=0.5, chest=0.0, operating=0.0, withdrawal=0.5)
    found = one_path(Policy(stake=Stake(share=1.0), profit_split=split), [0.2, 0.1], target=1_150.0)
    # 1,000 -> 1,200, of which 100 are paid out -> 1,210, of which 55 are paid out: 1,155.
    assert value(found, "withdrawn") == pytest.approx(155.0)
    assert found.time_to_target[0] == 2
    assert value(found, "unit") == pytest.approx(1.2 * 1.1)  # a payout is not a loss


def test_steps_at_each_level_and_halts():
    # All in at full size; sizes 3/4, 1/2, 1/4, 0. Depths: .06 CAUTION; .06 + .94 x .75 x .08 = .1164 WARNING;
    # .1164 + .8836 x .5 x .08 = .1517 DANGER; .1517 + .8483 x .25 x .3 = .2154 HALT; then two steps out of the market.
    policy = Policy(stake=Stake(share=1.0), drawdown=DrawdownGuard())
    found = one_path(policy, [-0.06, -0.08, -0.08, -0.3, 0.5, 0.5])
    for name, steps in (("caution", 5), ("warning", 4), ("danger", 3), ("halt", 2), ("halts", 1), ("trades", 4)):
        assert value(found, name) == steps, name
    assert found.levels().iloc[0].tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 6, 2 / 6])
    assert value(found, "max_drawdown") == pytest.approx(1 - 0.94 * 0.94 * 0.96 * 0.925)


def test_a_halt_that_comes_back_is_a_second_one():
    # HALT at once; one step waits it out; DANGER, a quarter of the size; a new low is HALT again.
    policy = Policy(stake=Stake(share=1.0), drawdown=DrawdownGuard(halt_cooldown=1))
    found = one_path(policy, [-0.2, 0.0, -0.1, 0.0, 0.0])
    assert value(found, "halts") == 2
    assert value(found, "halt") == 2  # steps 2 and 4
    assert value(found, "trades") == 3


def test_a_peak_stop_is_a_halt():
    policy = Policy(stake=Stake(share=1.0), stops=Stops(**NO_STOPS | {"peak": 0.25}))
    found = one_path(policy, [0.2, -0.25, 0.5, 0.5])
    assert value(found, "halts") == 1
    assert value(found, "trades") == 2
    assert value(found, "trading") == pytest.approx(900.0)


@pytest.mark.parametrize(
    ("returns", "stopped", "trades"),
    [
        ([-0.2, -0.2, -0.2, 0.0, 0.0, 0.0], 1, 4),  # stopped after the first, again from the next day on
        ([-0.2, 0.0, 0.0, -0.2, 0.0, 0.0], 2, 2),
        ([-0.05, -0.11, 0.0, 0.0, 0.0, -0.15], 2, 5),  # .95 x .89 = .8455: 15 % are reached within the day
        ([0.5, -0.15, 0.0, 0.0, 0.0, 0.0], 0, 6),  # 27 % up on the day, 15 % off its peak
        ([0.0, 0.0, -0.1, -0.1, 0.0, 0.0], 0, 6),  # a tenth on either side of midnight
    ],
)
def test_days_stopped(returns, stopped, trades):
    policy = Policy(stake=Stake(share=1.0), stops=Stops(**NO_STOPS | {"day": 0.15}))
    found = one_path(policy, returns, per_day=3)
    assert value(found, "days_stopped") == stopped
    assert value(found, "trades") == trades


def test_a_day_with_two_stops_is_one_day():
    policy = Policy(stake=Stake(share=1.0), stops=Stops(**NO_STOPS | {"day": 0.15, "streak": 2}))
    found = one_path(policy, [-0.01, -0.15, -0.1, -0.01, -0.01, -0.5], per_day=3)
    assert value(found, "days_stopped") == 2  # both stops, then the streak alone
    assert value(found, "trades") == 4


@pytest.mark.parametrize(
    ("returns", "stopped", "trades"),
    [
        ([-0.3, 0, 0, 0, 0.1, 0, 0, 0], 1, 5),
        ([-0.1, -0.1, -0.1, -0.1, 0.0, -0.3, 0.0, 0.0], 2, 6),  # .9**4 = .656 ends the week as it is over
        ([0, 0, -0.2, 0, -0.2, 0, 0, 0], 0, 8),  # a fifth on either side of Monday
    ],
)
def test_weeks_stopped(returns, stopped, trades):
    # Two steps a day, two days a week.
    policy = Policy(stake=Stake(share=1.0), stops=Stops(**NO_STOPS | {"week": 0.3}))
    found = one_path(policy, [float(r) for r in returns], per_day=2, days=2)
    assert value(found, "weeks_stopped") == stopped
    assert value(found, "trades") == trades


def chest(**settings):
    return WarChest(**{"hot_bonus": 0.0, "compound_above": None, "reinvest_above": None} | settings)


@pytest.mark.parametrize(
    ("basis", "settlement", "siphoned"),
    [
        # Stakes of 100 that win 100, lose 60, win 30 | win 50, lose 10 | win 20: two weeks of two days, three steps a day.
        ("per_win", "trade", 0.2 * (100 + 30 + 50 + 20)),
        ("high_water_mark", "trade", 0.2 * (100 + 20 + 10)),  # highs of 100, 120 and 130
        ("per_win", "day", 0.2 * (130 + 50)),  # the last day is not over
        ("per_period", "day", 0.2 * (70 + 40)),
        ("high_water_mark", "day", 0.2 * (70 + 40)),
        ("per_win", "week", 0.2 * 180),
        ("per_period", "week", 0.2 * 110),
        ("high_water_mark", "week", 0.2 * 110),
    ],
)
def test_money_moved_into_the_chest(basis, settlement, siphoned):
    policy = Policy(stake=Stake(money=100.0), war_chest=chest(rate=0.2, basis=basis, settlement=settlement))
    found = one_path(policy, [1.0, -0.6, 0.3, 0.5, -0.1, 0.0, 0.2], per_day=3, days=2)
    assert value(found, "siphoned") == pytest.approx(siphoned)
    assert value(found, "chest") == pytest.approx(siphoned)
    assert value(found, "returned") == 0.0
    assert value(found, "trading") == pytest.approx(1_130.0 - siphoned)


@pytest.mark.parametrize("settlement", ["trade", "day"])
def test_money_that_comes_back_from_the_chest(settlement):
    # 800 won: 160 into the chest, half of what is above 100 comes back. Then 200 won: 40 in, half of 70 back.
    policy = Policy(stake=Stake(money=100.0), war_chest=chest(rate=0.2, reinvest_above=100.0, settlement=settlement))
    found = one_path(policy, [8.0, 2.0, 0.0])
    assert value(found, "siphoned") == pytest.approx(200.0)
    assert value(found, "returned") == pytest.approx(30.0 + 35.0)
    assert value(found, "chest") == pytest.approx(135.0)


def test_profit_at_the_opening_is_siphoned_too():
    # 800 of profit: 160 into the chest, 30 back.
    policy = Policy(stake=TENTH, war_chest=chest(rate=0.2, reinvest_above=100.0))
    found = one_path(policy, [0.0], current=1_800.0)
    assert value(found, "siphoned") == pytest.approx(160.0)
    assert value(found, "returned") == pytest.approx(30.0)
    assert value(found, "chest") == pytest.approx(130.0)


def test_milestones_are_counted_and_locked():
    policy = Policy(stake=Stake(money=100.0), milestones=Milestones(ladder=(50.0, 100.0, 400.0), lock_share=0.1))
    found = one_path(policy, [1.2, -1.0, 1.0, 2.8])
    assert value(found, "milestone") == 400.0  # 120 passes two rungs; 20, 120; then 400 exactly
    assert value(found, "locked") == pytest.approx(0.1 * 400.0)


def test_a_sample_without_a_loss_has_no_kelly_fraction_and_can_be_traded_all_the_same():
    assert value(one_path(ALL_IN, [0.1, 0.2]), "trading") == pytest.approx(1_320.0)
    with pytest.raises(ParameterError, match="hold no loss"):
        one_path(Policy(stake=Stake(kelly=0.5)), [0.1, 0.2])
