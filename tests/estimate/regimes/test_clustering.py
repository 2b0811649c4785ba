"""Returns of one volatility have no regimes, whatever a model cuts them into; the rate of false alarms is stated."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nija_research.errors import ParameterError
from nija_research.estimate import regimes
from nija_research.estimate.regimes import prediction
from nija_research.estimate.regimes.model import CLUSTERING_THRESHOLD, volatility_clustering
from nija_research.estimate.regimes.walk import schedule
from nija_research.places import suite

MODELS = ["t_hmm", "gaussian_hmm", "jump", "rules"]


@pytest.mark.parametrize("n", [60, 300, 2500])
@pytest.mark.parametrize("nu", [3.0, np.inf])
def test_false_alarms_are_as_rare_as_stated(n, nu):
    """Fewer than one fit of a hundred: 1,000 series, so more than 17 would have a chance below 1 in 100 at a rate of .01."""
    rng = np.random.default_rng(n)
    x = rng.standard_normal((1000, n)) if nu == np.inf else rng.standard_t(nu, (1000, n))
    z = np.array([volatility_clustering(row) for row in x])
    assert (z >= CLUSTERING_THRESHOLD).sum() <= 17
    assert abs(z.mean()) < 0.1
    assert 0.4 < z.std() < 1.15


def test_the_statistic_written_out():
    r = np.random.default_rng(3).standard_t(4, 40)
    u = np.abs(r - np.median(r)).argsort().argsort() + 1.0
    u = (u - u.mean()) / u.std()
    lags = range(2, 40)
    total = sum(0.95**k * sum(u[t] * u[t - k] for t in range(k, 40)) for k in lags)
    mean = -sum(0.95**k * (40 - k) for k in lags) / 39
    spread = sum(0.95 ** (2 * k) * (40 - k) for k in lags) ** 0.5
    assert volatility_clustering(r) == pytest.approx((total - mean) / spread, rel=1e-9)


def test_real_returns_have_regimes_and_shuffled_ones_have_not(sp500):
    assert volatility_clustering(sp500.to_numpy()) > 50
    shuffled = np.random.default_rng(1).permutation(sp500.to_numpy())
    assert volatility_clustering(shuffled) < CLUSTERING_THRESHOLD
    assert volatility_clustering(sp500.to_numpy()[:504]) >= CLUSTERING_THRESHOLD
    # A bounce between bid and ask is no regime: every second change takes back the one before.
    noise = np.random.default_rng(2).standard_normal(5001)
    assert volatility_clustering(noise[1:] - 0.7 * noise[:-1]) < CLUSTERING_THRESHOLD


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("law", ["normal", "t"])
def test_one_volatility_gets_no_label(model, law):
    rng = np.random.default_rng(11)
    r = 0.01 * (rng.standard_normal(1500) if law == "normal" else rng.standard_t(3, 1500))
    found = regimes.fit(r, model)
    assert not found.has_regimes
    assert set(found.label(r)) == {"UNKNOWN"}
    assert np.isnan(found.label_probability(r)).all()
    assert (found.classes == 0).all()
    assert found.filter(r).shape == (1500, 3)
    walk = regimes.walk_forward(r, model, refit=200)
    assert set(walk.label) == {"UNKNOWN"}
    assert (walk.state == -1).all()
    assert np.isnan(walk.stability).all()


@pytest.mark.parametrize("model", MODELS)
def test_two_volatilities_do(model):
    rng = np.random.default_rng(12)
    r = rng.normal(0.0, np.repeat([0.005, 0.02, 0.005, 0.02, 0.005, 0.02], 250))
    found = regimes.fit(r, model)
    assert found.has_regimes
    assert found.classes[0] == 0
    assert found.classes[-1] > 0
    assert (found.label(r)[300:] != "UNKNOWN").all()


def test_regimes_that_begin_are_called_from_the_next_refit_on():
    """The first two years are of one volatility; what is stored before regimes were seen stays UNKNOWN."""
    rng = np.random.default_rng(4)
    r = rng.normal(0.0, np.concatenate([np.full(900, 0.01), np.repeat([0.03, 0.01, 0.03], 200)]))
    walk = regimes.walk_forward(r, train=400, refit=100)
    assert (walk.state[:900] == -1).all()
    assert (walk.state[1100:] >= 0).all()
    assert set(walk.label[:900]) == {"UNKNOWN"}


def test_nothing_can_be_predicted_where_nothing_is_labelled():
    with pytest.raises(ParameterError, match="must show regimes"):
        prediction.predict_stress(np.random.default_rng(0).normal(0.0, 0.01, 1200), refit=200, draws=100)


def test_a_calendar_is_changed_only_aloud():
    as_asked = schedule(5030, 504, 21)
    assert (as_asked.train, as_asked.refit, as_asked.changed) == (504, 21, ())
    hours = pd.date_range("2020", periods=43_802, freq="1h")
    long = schedule(len(hours), 504, 21, times=hours)
    assert (long.train, long.refit) == (504, 63 * 24)
    assert "refit = 21" in long.changed[0]
    assert "1,512" in long.changed[0]
    assert schedule(5030, 504, 21, times=pd.date_range("2000", periods=5030, freq="B")).refit == 21


@pytest.mark.parametrize("freq", ["B", "1D", "4h", "1h", "5min"])
def test_a_calendar_hangs_on_the_start_alone(freq):
    times = pd.date_range("2020", periods=50_000, freq=freq)
    first = schedule(600, 504, 63, times=times[:600])
    for n in (601, 1007, 1008, 1009, 5030, 8000, 50_000):
        assert schedule(n, 504, 63, times=times[:n]) == first


@pytest.mark.parametrize(("n", "freq"), [(870, "B"), (1000, "B"), (2500, "4h")])
def test_labels_stay_when_a_month_is_added_at_the_notebooks_settings(n, freq):
    """Chapters 30 and 31 on a file, and on the same file with thirty more bars: what was said before stays."""
    times = pd.date_range("2015", periods=n + 30, freq=freq)
    scale = np.where(np.arange(n + 30) // 200 % 2, 0.004, 0.02)
    r = pd.Series(np.random.default_rng(8).standard_t(4, n + 30) * scale, index=times)
    for name in ("30_regimes", "31_regime_value"):
        asked = declared(name)
        walks = []
        for part in (r.iloc[:n], r):
            plan = schedule(len(part), asked["train"], asked["refit"], asked["n_states"], times=part.index)
            walks.append(regimes.walk_forward(part, "t_hmm", asked["n_states"], train=plan.train, refit=plan.refit))
        short, long = walks
        assert (short.label != "UNKNOWN").any()
        assert (short.label == long.label[:n]).all()
        assert np.array_equal(short.probability, long.probability[:n], equal_nan=True)


def test_both_chapters_have_one_calendar():
    asked = [declared(name) for name in ("30_regimes", "31_regime_value")]
    assert asked[0]["train"] == asked[1]["train"]
    assert asked[0]["refit"] == asked[1]["refit"]


def declared(name):
    """Defaults of a notebook's parameters."""
    cells = json.loads((suite() / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    (source,) = (cell["source"] for cell in cells if "parameters" in cell["metadata"].get("tags", []))
    values = {}
    exec("".join(source), values)
    return values


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((5000, 10, 21), "train must be at least 60 bars for 3 states, got 10"),
        ((5000, 0, 21), "train must be a whole number of at least 1, got 0"),
        ((5000, 504, -3), "refit must be a whole number of at least 1, got -3"),
        ((70, 504, 21), "504 of them before the first label .* no label is known yet. Take more bars.$"),
        ((300, 504, 21), "shorter train, 240 at most"),
        ((5000, 504, 21, 1), "n_states must be a whole number from 2 to 5, got 1"),
        ((5000, 504, 21, 9), "n_states must be a whole number from 2 to 5, got 9"),
    ],
)
def test_a_wrong_calendar_names_what_was_asked(asked, words):
    with pytest.raises(ParameterError, match=words):
        schedule(*asked)


def test_a_flat_price_is_refused_by_its_own_length():
    r = pd.Series(np.zeros(800), index=pd.date_range("2020", periods=800))
    with pytest.raises(ParameterError, match="800 bars all equal to 0"):
        regimes.walk_forward(r, train=400)
