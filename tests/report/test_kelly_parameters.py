"""Parameters of the Kelly chapters: refused first, by name, with exit code 2."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nija_research import estimate
from nija_research.cli import main
from nija_research.errors import ParameterError

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
COIN = np.where(np.random.default_rng(1).random(60) < 0.6, 1.0, -1.0)

WRONG = [
    ("20_kelly_fraction", "seed=-1", "seed must be 0 or more"),
    ("20_kelly_fraction", "worst=-1", "worst must be above 0"),
    ("20_kelly_fraction", "alpha=1.5", "alpha must lie between"),
    ("20_kelly_fraction", "beta=0", "beta must lie between"),
    ("20_kelly_fraction", "stake=-1", "stake must be at least 0"),
    ("20_kelly_fraction", "low=0.4", "low must be below high"),
    ("20_kelly_fraction", "high=3", "low must be below high, both shares"),
    ("20_kelly_fraction", "level=1", "level must lie between"),
    ("20_kelly_fraction", "draws=5", "draws must be a whole number of at least 100"),
    ("20_kelly_fraction", "unit=risc", "unit must be 'risk'"),
    ("21_kelly_portfolio", "period=X", "period must be 'D', 'W', 'M' or 'Q'"),
    ("21_kelly_portfolio", "seed=-1", "seed must be 0 or more"),
    ("21_kelly_portfolio", "max_exposure=0", "max_exposure must be above 0"),
    ("21_kelly_portfolio", "beta=2", "beta must lie between"),
    ("21_kelly_portfolio", "unit=auto", "the same for all bots"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "given", "words"), WRONG)
def test_a_wrong_parameter_is_named_first(tmp_path, monkeypatch, capfd, chapter, given, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["nija", "run", str(NOTEBOOKS / f"{chapter}.ipynb"), "-p", given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capfd.readouterr().err
    assert words in told
    assert "cell 2:" in told or "cell 3:" in told  # with the imports: before any file is read


@pytest.mark.parametrize(
    "ask",
    [
        lambda rng: estimate.kelly_from_trades(COIN, rng=rng),
        lambda rng: estimate.payoff_posterior(COIN, rng=rng),
        lambda rng: estimate.serial_dependence(COIN, rng=rng),
        lambda rng: estimate.growth_band(COIN, [0.1], rng=rng),
        lambda rng: estimate.joint_interval(COIN, rng=rng),
        lambda rng: estimate.trades_to_raise_interval(COIN, 0.01, 0.02, rng=rng),
    ],
)
@pytest.mark.parametrize("rng", [-1, 0.5, "one", True])
def test_a_seed_that_is_none_is_refused_by_name(ask, rng):
    with pytest.raises(ParameterError, match="rng must be"):
        ask(rng)
