"""
Day, week, streak and peak stops: every sequence of eight trades, against the rules written in fractions.

Two trades a day, two days a week. Edges are met exactly (a loss of .15 is the day's limit), and fractions decide them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from nija_research.policy import Stops
from nija_research.simulate import worlds

STEPS = 8
MOVES = [Fraction(-15, 100), Fraction(-10, 100), Fraction(20, 100)]
SEQUENCES = list(product(MOVES, repeat=STEPS))
COLUMNS = ("days_stopped", "weeks_stopped", "halts", "trades", "losing_run", "max_drawdown", "unit", "staked")


def account(moves, day, week, streak, peak, cooldown):
    """One sequence, all in while no stop holds."""
    unit = top = Fraction(1)
    excused = Fraction(0)
    day_stop = week_stop = streak_stop = peak_stop = False
    waited = in_a_row = losses = 0
    c = dict.fromkeys(COLUMNS, Fraction(0))
    for t, move in enumerate(moves):
        if t % 2 == 0:
            day_start, day_stop = unit, False
            in_a_row, streak_stop = (0, False) if streak_stop else (in_a_row, False)
        if t % 4 == 0:
            week_start, week_stop = unit, False
        stake = Fraction(0) if day_stop or week_stop or streak_stop or peak_stop else unit
        earned = stake * move
        unit += earned
        top = max(top, unit)
        losses = 0 if earned > 0 else losses + (earned < 0)
        in_a_row = 0 if earned > 0 else in_a_row + (earned < 0)
        depth = 1 - unit / top
        waited = waited + 1 if peak_stop else 0
        was_day, was_week, was_peak = day_stop or streak_stop, week_stop, peak_stop
        if cooldown and peak_stop and waited >= cooldown:
            peak_stop, excused, waited = False, depth, 0
        elif peak and depth < peak:
            excused = Fraction(0)
        day_stop |= day is not None and 1 - unit / day_start >= day
        week_stop |= week is not None and 1 - unit / week_start >= week
        streak_stop |= streak is not None and in_a_row >= streak
        peak_stop |= peak is not None and depth >= peak and depth > excused
        c["days_stopped"] += (day_stop or streak_stop) and not was_day
        c["weeks_stopped"] += week_stop and not was_week
        c["halts"] += peak_stop and not was_peak
        c["trades"] += stake > 0
        c["staked"] += stake
        c["losing_run"] = max(c["losing_run"], losses)
        c["max_drawdown"] = max(c["max_drawdown"], depth)
    return c | {"unit": unit}


CASES = [
    (Fraction(15, 100), None, None, None, None),
    (None, Fraction(30, 100), 3, None, None),
    (Fraction(19, 100), Fraction(30, 100), 2, Fraction(35, 100), None),
    (None, None, None, Fraction(15, 100), 2),
    (Fraction(15, 100), Fraction(20, 100), 3, Fraction(25, 100), 1),
]


@pytest.mark.parametrize(("day", "week", "streak", "peak", "cooldown"), CASES)
def test_every_sequence_of_eight_trades(day, week, streak, peak, cooldown, bettor, simulate):
    number = [None if x is None else float(x) for x in (day, week, peak)]
    stops = Stops(day=number[0], week=number[1], peak=number[2], streak=streak, asset=None, halt_cooldown=cooldown)
    calendar = worlds.Calendar(trades_per_day=2, days_per_week=2)
    world = worlds.given(np.array(SEQUENCES, dtype=float), market={"kelly": 1.0}, calendar=calendar)
    found = simulate(bettor(1.0, stops=stops), world, len(SEQUENCES), STEPS, columns=COLUMNS)
    exact = [account(moves, day, week, streak, peak, cooldown) for moves in SEQUENCES]
    for name in COLUMNS:
        expected = np.array([float(row[name]) for row in exact])
        assert found[name] == pytest.approx(expected, rel=1e-12, abs=1e-12), name
    counts = {"days_stopped": day or streak, "weeks_stopped": week, "halts": peak}
    assert all((found[name].max() > 0) == (limit is not None) for name, limit in counts.items())
