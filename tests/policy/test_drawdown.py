"""Protection levels: edges, the way up and the way down, and what ends a halt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nija_research.policy import Account, DrawdownGuard, Policy, ProtectionLevel, Stake

GUARDED = Policy(stake=Stake(share=0.10), drawdown=DrawdownGuard())


def at(current, base=10_000.0, policy=GUARDED):
    return Account(policy, base, current)


@pytest.mark.parametrize(
    ("current", "level", "multiplier"),
    [
        (10_000.00, "NORMAL", 1.0),
        (9_500.01, "NORMAL", 1.0),
        (9_500.00, "CAUTION", 0.75),
        (9_000.01, "CAUTION", 0.75),
        (9_000.00, "WARNING", 0.50),
        (8_500.01, "WARNING", 0.50),
        (8_500.00, "DANGER", 0.25),
        (8_000.01, "DANGER", 0.25),
        (8_000.00, "HALT", 0.0),
        (0.0, "HALT", 0.0),
    ],
)
def test_protection_levels_as_printed(current, level, multiplier):
    account = at(current)
    assert account.level == level
    assert account.size(1e9) == pytest.approx(0.10 * current * multiplier, abs=1e-9)


def test_a_loss_of_exactly_twenty_percent_is_a_halt_for_ten_thousand_peaks_in_cents():
    peaks = np.random.default_rng(20).integers(1, 2_000_000, size=10_000) * 5  # five cents have an exact 80 %
    wrong = []
    for cents in peaks.tolist():
        peak, after = cents / 100, cents * 80 // 100 / 100
        traded = Account(GUARDED, peak, keep_ledger=False)
        traded.trade(after - peak)
        risen = Account(GUARDED, peak / 3, keep_ledger=False)
        risen.trade(peak - peak / 3)
        risen.trade(after - peak)
        levels = {account.level for account in (traded, risen, at(after, peak))}
        if levels != {ProtectionLevel.HALT}:
            wrong.append(peak)
    assert wrong == []


@pytest.mark.parametrize("cent", [0.01, 0.02])
def test_a_cent_less_than_twenty_percent_is_no_halt(cent):
    assert at(8_000.00 + cent).level == "DANGER"


def test_it_rises_at_once_over_several_levels():
    account = at(10_000.0)
    account.trade(-1_700.0)
    assert account.level == "DANGER"


def test_it_comes_down_one_level_after_three_wins_and_counts_again_at_each_step():
    account = at(10_000.0)
    account.trade(-1_700.0)
    levels = []
    for pnl in (1_690.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0):  # back near the peak with the first win
        account.trade(pnl)
        levels.append(str(account.level))
    assert levels == ["DANGER"] * 2 + ["WARNING"] * 3 + ["CAUTION"] * 3 + ["NORMAL"]


def test_wins_alone_do_not_lower_it_while_the_drawdown_is_still_in_the_band():
    account = at(10_000.0)
    account.trade(-600.0)
    for _ in range(5):
        account.trade(1.0)
    assert account.level == "CAUTION"
    account.trade(200.0)  # 4 % deep: a lower band at last, and far more than three wins
    assert account.level == "NORMAL"


def test_a_loss_restarts_the_count_and_a_break_even_trade_does_not():
    account = at(10_000.0)
    account.trade(-600.0)
    for pnl in (300.0, 1.0, -1.0, 1.0, 1.0):
        account.trade(pnl)
    assert account.level == "CAUTION"
    account.trade(0.0)
    account.trade(1.0)
    assert account.level == "NORMAL"


def test_only_resume_ends_a_halt_one_level_down_and_a_new_low_brings_it_back():
    account = at(10_000.0)
    account.trade(-2_100.0)
    for _ in range(6):
        account.trade(300.0)  # far above every edge, and still halted
    assert account.level == "HALT"
    assert account.size(1e9) == 0.0
    assert account.blocks == ("protection: level HALT, until resumed",)
    deep = at(7_900.0)
    deep.resume()
    assert deep.level == "DANGER"
    assert deep.size(1e9) == pytest.approx(7_900.0 * 0.10 * 0.25)
    deep.trade(10.0)
    deep.trade(-10.0)
    assert deep.level == "DANGER"  # no new low
    deep.trade(-1.0)
    assert deep.level == "HALT"


def test_a_recovery_out_of_the_halt_band_forgets_what_was_excused():
    account = at(7_500.0)
    account.resume()
    account.trade(600.0)
    account.trade(-100.0)  # 20 % deep again, though above the resumed low
    assert account.level == "HALT"


def test_a_cooldown_ends_a_halt_after_so_many_steps():
    account = at(8_000.0, policy=Policy(stake=Stake(share=0.1), drawdown=DrawdownGuard(halt_cooldown=3)))
    levels = []
    for _ in range(4):
        account.trade(0.0)
        levels.append(str(account.level))
    assert levels == ["HALT", "HALT", "DANGER", "DANGER"]


@given(
    base=st.floats(1.0, 1e7),
    shallow=st.floats(0.0, 0.99),
    deeper=st.floats(0.0, 1.0),
    share=st.floats(0.001, 1.0),
)
def test_a_deeper_drawdown_never_sizes_more(base, shallow, deeper, share):
    policy = Policy(stake=Stake(share=share), drawdown=DrawdownGuard())
    high = Account(policy, base, base * (1.0 - shallow), keep_ledger=False)
    low = Account(policy, base, base * (1.0 - shallow) * (1.0 - deeper), keep_ledger=False)
    assert low.size(1e12) <= high.size(1e12)
    assert list(ProtectionLevel).index(low.level) >= list(ProtectionLevel).index(high.level)
