"""Records of wins and losses: what they fix and what they leave open."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nija_research.errors import ParameterError
from nija_research.estimate import kelly_from_record


def test_thirteen_wins_one_loss_do_not_fix_a_stake():
    # Posterior mean 14/16 = .875. At an average loss l the average win is (11.79 + l) / 13, so the stake
    # .875 - .125 l 13 / (11.79 + l) is 0 from l = 13.755 on and .7589 at l = 11.79 / 13 = .907.
    found = kelly_from_record(13, 1, 11.79)
    assert not found.identified
    assert found.fraction is None
    assert found.shrunk is None
    assert found.p_no_edge is None
    assert found.interval == pytest.approx((0.0, 0.7589), abs=5e-5)
    assert "13.76 or more" in found.why
    assert "0.91" in found.why


@pytest.mark.parametrize("record", [(13, 1, 11.79), (4, 3, -4.14), (5, 9, 3.0), (300, 20, 50.0)])
def test_every_stake_that_the_sentence_names_is_in_the_range(record):
    # Stakes are what follows "it is", "and", "nears" or "up to"; money and counts are not.
    found = kelly_from_record(*record)
    low, high = found.interval
    named = [float(x) for x in re.findall(r"(?:it is|, and|, and nears|up to|on it is) (0(?:\.\d+)?)\b", found.why)]
    assert named
    assert all(round(low, 2) <= x <= round(high, 2) for x in named), found.why
    # And the upper end of the range is named: no reader meets it without a reason.
    assert f"{high:.2f}" in found.why


def test_a_losing_record_says_what_its_range_is():
    # Clopper-Pearson 4 of 7: up to .901; the payoff ratio of a record that lost is below 3 / 4: .901 - .099 / .75 = .769.
    found = kelly_from_record(4, 3, -4.14)
    assert found.interval == pytest.approx((0.0, 0.769), abs=1e-3)
    assert "0.90, 95%" in found.why
    assert "up to 0.77" in found.why


@pytest.mark.parametrize("loss", [0.907, 2.0, 5.0, 13.75])
def test_the_open_range_holds_the_stake_of_every_payoff_in_it(loss):
    win = (11.79 + loss) / 13
    stake = 0.875 - 0.125 * loss / win
    low, high = kelly_from_record(13, 1, 11.79).interval
    assert low <= stake <= high + 1e-4


def test_a_record_without_money_leaves_everything_below_the_win_rate_open():
    found = kelly_from_record(13, 1)
    assert not found.identified
    assert found.interval == pytest.approx((0.0, 14 / 16))


def test_a_losing_record_asks_for_nothing():
    # Identity: plug-in Kelly = P&L / (n x average win), so its sign is the sign of the P&L.
    found = kelly_from_record(4, 3, -4.14)
    assert found.identified
    assert found.fraction == 0.0
    assert found.interval[0] == 0.0
    assert 0.0 < found.interval[1] < 1.0


def test_the_average_loss_fixes_the_stake():
    found = kelly_from_record(13, 1, 11.79, mean_loss=2.0)
    win = (11.79 + 2.0) / 13
    assert found.identified
    assert found.fraction == pytest.approx(13 / 14 - (1 / 14) * 2.0 / win)
    assert found.fraction == pytest.approx(11.79 / (14 * win))  # the identity
    assert found.shrunk < found.fraction


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((-1, 2), {}, "wins must be a whole number of trades of at least 0"),
        ((1, -2), {}, "losses must be a whole number of trades of at least 0"),
        ((1.5, 2), {}, "whole number"),
        ((True, 2), {}, "whole number"),
        ((3, 2, math.nan), {}, "pnl must be finite"),
        ((0, 2, 5.0), {}, "at most 0 without a win"),
        ((2, 0, -5.0), {}, "at least 0 without a loss"),
        ((3, 2), {"mean_loss": 1.0}, "needs pnl"),
        ((3, 2, 1.0), {"mean_loss": -1.0}, "above 0"),
        ((3, 1, -9.0), {"mean_loss": 1.0}, "contradicts"),
    ],
)
def test_impossible_records_are_refused(arguments, options, words):
    with pytest.raises(ParameterError, match=words):
        kelly_from_record(*arguments, **options)


@given(
    wins=st.integers(0, 300), losses=st.integers(0, 300), pnl=st.none() | st.floats(-1e6, 1e6, allow_subnormal=False)
)
def test_no_record_gives_an_impossible_stake(wins, losses, pnl):
    if pnl is not None and ((wins == 0 and pnl > 0) or (losses == 0 and pnl < 0)):
        return
    found = kelly_from_record(wins, losses, pnl)
    low, high = found.interval
    assert 0.0 <= low <= high <= 1.0
    assert found.identified == (found.fraction is not None)
    assert found.fraction is None or 0.0 <= found.fraction <= 1.0
    assert "nan" not in found.why
    assert "inf" not in found.why
