"""Money: every path's parts add up to what was paid in and earned, in any world, under any preset."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.policy import Compounding, Milestones, Policy, ProfitSplit, Stake, WarChest, presets
from nija_research.simulate import run, worlds

PARTS = ("trading", "preserved", "locked", "chest", "operating", "withdrawn")
EVERYTHING = Policy(
    stake=Stake(share=0.2),
    compounding=Compounding(reinvest=0.75, preserve=0.25),
    milestones=Milestones(ladder=(250.0, 300.0, 400.0), lock_share=0.3),
    war_chest=WarChest(rate=0.2, basis="per_win", settlement="week", compound_above=20.0, reinvest_above=60.0),
    profit_split=ProfitSplit(basis="per_win", settlement="week"),
)
WORLDS = {
    "trades": worlds.trades(0.55, calendar=worlds.Calendar(trades_per_day=3)),
    "heavy tails": worlds.iid(mean=0.002, sd=0.08, df=3.0),
}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("name", [*presets, "everything"])
def test_parts_add_up_to_base_and_profit(name, world):
    policy = EVERYTHING if name == "everything" else presets[name]
    options = {"base": 1_000.0, "current": 1_200.0, "buying_power": 3.0, "specialise": False}
    found = run(policy, WORLDS[world], n_paths=512, horizon=400, rng=3, **options)
    total = sum(found[part] for part in PARTS)
    scale = sum(np.abs(found[part]) for part in PARTS) + 1_000.0
    assert (np.abs(total - (1_000.0 + found["profit"])) <= 1e-9 * scale).all()
    assert found.equity == pytest.approx(total - found["withdrawn"], rel=1e-9, abs=1e-9)
    assert (found["siphoned"] - found["returned"]) == pytest.approx(found["chest"], rel=1e-9, abs=1e-9)
    if name != "hold_cash":
        assert np.std(found["profit"]) > 0.0
    for part in PARTS[1:]:
        assert (found[part] >= 0.0).all()
    if name == "everything":
        assert all((found[part] > 0.0).any() for part in PARTS)
        assert (found["returned"] > 0.0).any()


def test_profit_is_the_sum_of_what_the_stakes_earned():
    world = WORLDS["trades"]
    found = run(presets["document_003"], world, n_paths=4, horizon=300, rng=5, base=500.0, trace=range(4))
    returns = world.draw(4, 300, rng=5).returns
    for path, trace in enumerate(found.traces):
        assert trace.trades["earned"].to_numpy() == pytest.approx(returns[path], rel=0, abs=0)
        assert trace.trades["stake"].sum() == pytest.approx(found["staked"][path], rel=1e-12)
        earned = (trace.trades["stake"] * trace.trades["earned"]).sum()
        assert found["profit"][path] == pytest.approx(earned, rel=1e-9, abs=1e-9)
        assert trace.states[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(
            500.0 + trace.states["profit"].to_numpy(), rel=1e-12
        )
