"""docs/regimes.md says what the code makes now: some of its rows are made anew, and README's sentence about it holds."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from nija_research import data
from nija_research.estimate import regimes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "regimes.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "chapter"), [("sp500", 0), ("nasdaq", 1)])
def test_rows_of_the_page(name, chapter):
    made = runpy.run_path(str(ROOT / "tools" / "make_regimes.py"), run_name="made")
    returns = data.load_prices(name)["close"].pct_change().dropna()
    walk = regimes.walk_forward(returns, "jump", 3, train=made["TRAIN"], refit=made["REFIT"])
    found = {
        "hold": np.ones(len(returns)),
        "jump: multiplier": regimes.label_multiplier(walk.label, made["SHARES"]),
        "jump: calm only": (walk.state == 0).astype(float),
        "calm volatility": regimes.calm_volatility(returns),
        "rising": regimes.rising(returns),
    }
    table = regimes.value_table(
        returns,
        found,
        start=made["START"],
        cost=made["COST"],
        periods=regimes.bars_per_year(returns),
        draws=2000,
        rng=1,
    )
    page = re.split(r"^## ", PAGE, flags=re.M)[1 + chapter]
    for _, row in table.iterrows():
        (line,) = re.findall(rf"^\| {row['name']} \|.*$", page, flags=re.M)
        said = [float(cell.strip().rstrip("%")) for cell in line.split("|")[2:-1]]
        names = ["sharpe", "sharpe_low", "sharpe_high", "difference", "difference_low", "difference_high"]
        np.testing.assert_allclose(said[:6], row[names].astype(float), atol=0.0051)
        assert said[6] == pytest.approx(100 * row["drawdown"], abs=0.051)
        assert said[8] == pytest.approx(row["turnover"], abs=0.0051)


def test_the_sentence_in_the_readme():
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    said = re.search(
        r"of (\d+) settings of the printed multipliers (\d+) beats holding with its whole interval", readme
    )
    pages = re.findall(r"The multipliers at (\d+) settings.*clears zero in (\d+) of them", PAGE)
    assert [int(n) for n in said.groups()] == [sum(int(p[i]) for p in pages) for i in (0, 1)]
