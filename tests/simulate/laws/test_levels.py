"""
Protection levels on a lattice of a few steps: every sequence of wins and losses, against the rule written in fractions.

Equity moves by a twentieth of the size's multiplier, so that the edges of 5, 10, 15 and 20 % are met exactly; fractions
decide them without rounding. The means over a simulation of the same trades are then sums over the sequences.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from nija_research.policy import DrawdownGuard
from nija_research.simulate import worlds

STEPS = 10
SEQUENCES = np.array(list(product([1, -1], repeat=STEPS)))
EDGES = [Fraction(5, 100), Fraction(10, 100), Fraction(15, 100), Fraction(20, 100)]
SIZES = [Fraction(1), Fraction(3, 4), Fraction(1, 2), Fraction(1, 4), Fraction(0)]
COLUMNS = (
    *("caution", "warning", "danger", "halt", "halts", "trades", "staked", "max_drawdown", "squared_depth"),
    *("under_water", "longest_spell", "losing_run", "unit", "level"),
)


def account(signs, share, recovery, cooldown):
    """One sequence: stake `share` times the level's size on +-1/4, count as the tally says it does."""
    unit = peak = Fraction(1)
    level = wins_back = waited = spell = losses = 0
    excused = Fraction(0)
    c = dict.fromkeys(COLUMNS, Fraction(0))
    for sign in signs:
        for name, least in (("caution", 1), ("warning", 2), ("danger", 3), ("halt", 4)):
            c[name] += level >= least
        stake = share * SIZES[level] * unit
        earned = stake * sign / 4
        c["trades"] += stake > 0
        c["staked"] += stake
        unit += earned
        peak = max(peak, unit)
        depth = 1 - unit / peak
        was = level
        # A halt ends after `cooldown` steps, one level down, and returns only below where it ended.
        waited = waited + 1 if level == 4 else 0
        if cooldown and waited >= cooldown:
            level, wins_back, excused, waited = 3, 0, depth, 0
        elif depth < EDGES[3]:
            excused = Fraction(0)
        band = sum(depth >= edge for edge in EDGES)
        if band == 4 and depth <= excused:
            band = 3
        wins_back = wins_back + 1 if earned > 0 else 0 if earned < 0 else wins_back
        losses = losses + 1 if earned < 0 else 0 if earned > 0 else losses
        if band > level:
            level, wins_back = band, 0
        elif band < level < 4 and wins_back >= recovery:
            level, wins_back = level - 1, 0
        c["halts"] += level == 4 and was < 4
        c["max_drawdown"] = max(c["max_drawdown"], depth)
        c["squared_depth"] += depth**2
        c["under_water"] += depth > 0
        spell = spell + 1 if depth > 0 else 0
        c["longest_spell"] = max(c["longest_spell"], spell)
        c["losing_run"] = max(c["losing_run"], losses)
    return c | {"unit": unit, "level": Fraction(level)}


@pytest.fixture(scope="module")
def expected():
    """Return every count of every sequence, by the rule's settings."""

    def call(share, recovery, cooldown):
        found = [account(signs.tolist(), share, recovery, cooldown) for signs in SEQUENCES]
        return {name: np.array([float(row[name]) for row in found]) for name in COLUMNS}

    return call


CASES = [(Fraction(1, 5), 1, None), (Fraction(1, 5), 2, 2), (Fraction(2, 5), 3, 3), (Fraction(4, 5), 1, 1)]


@pytest.mark.parametrize(("share", "recovery", "cooldown"), CASES)
def test_every_sequence_of_ten_trades(share, recovery, cooldown, bettor, simulate, expected):
    guard = DrawdownGuard(recovery_wins=recovery, halt_cooldown=cooldown)
    world = worlds.given(SEQUENCES / 4, market={"kelly": 1.0})
    found = simulate(bettor(float(share), drawdown=guard), world, len(SEQUENCES), STEPS, columns=COLUMNS)
    exact = expected(share, recovery, cooldown)
    for name in COLUMNS:
        assert found[name] == pytest.approx(exact[name], rel=1e-12, abs=1e-12), name
    assert exact["level"].max() >= 3
    levels = simulate(bettor(float(share), drawdown=guard), world, len(SEQUENCES), STEPS).levels()
    assert levels.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert levels["WARNING"].to_numpy() * STEPS == pytest.approx(exact["warning"] - exact["danger"], abs=1e-9)
    assert levels["NORMAL"].to_numpy() * STEPS == pytest.approx(STEPS - exact["caution"], abs=1e-9)


def test_time_at_each_level_by_simulation(bettor, simulate, agrees, expected):
    p = 0.45
    guard = DrawdownGuard(recovery_wins=2, halt_cooldown=2)
    world = worlds.trades(p, wins=[0.25], losses=[-0.25], market={"kelly": 1.0})
    found = simulate(bettor(0.2, drawdown=guard), world, 20_000, STEPS, columns=COLUMNS)
    exact = expected(Fraction(1, 5), 2, 2)
    wins = (SEQUENCES > 0).sum(axis=1)
    chance = p**wins * (1 - p) ** (STEPS - wins)
    for name in COLUMNS:
        agrees(found[name], chance @ exact[name])  # each fails in 1 of 15,000
