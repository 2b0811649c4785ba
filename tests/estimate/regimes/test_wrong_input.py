"""What people really pass in: each is refused in one sentence that names the cure, or works."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nija_research.errors import ParameterError
from nija_research.estimate import regimes
from nija_research.estimate.regimes import evaluation, prediction
from nija_research.estimate.regimes.fitting import markov_switching
from nija_research.estimate.regimes.labels import LabelSettings, closed_bars, default_frames, expected_multiplier

R = np.random.default_rng(0).normal(0.0, 0.01, 300)
SPOILED = np.where(np.arange(300) == 17, np.nan, R)
REFUSED = [
    pytest.param(lambda: regimes.fit(R[:40]), "at least 60 bars for 3 states, got 40", id="40 bars"),
    pytest.param(lambda: regimes.fit(R[:0]), "at least one bar", id="no bars"),
    pytest.param(lambda: regimes.fit(np.zeros(300)), "must move", id="a price that never moves"),
    pytest.param(lambda: regimes.fit(SPOILED), "position 17", id="NaN"),
    pytest.param(lambda: regimes.fit(pd.Series(100 * np.cumprod(1 + R)).pct_change()), "dropna", id="first NaN of pct_change"),
    pytest.param(lambda: regimes.fit(100 * np.cumprod(1 + R)), "pct_change", id="prices"),
    pytest.param(lambda: regimes.fit(pd.DataFrame({"a": R, "b": R})), "one-dimensional", id="a table"),
    pytest.param(lambda: regimes.fit(["a"] * 300), "numbers", id="words"),
    pytest.param(lambda: regimes.fit(R, "hmm"), "t_hmm, gaussian_hmm", id="unknown model"),
    pytest.param(lambda: regimes.fit(R, n_states=0), "at least 1, got 0", id="no states"),
    pytest.param(lambda: regimes.fit(R, n_states=2.5), "whole number", id="half a state"),
    pytest.param(lambda: regimes.fit(R, nu=0.5), "1 or more", id="nu too small"),
    pytest.param(lambda: regimes.fit(R, "jump", penalty=-1.0), "penalty must not be negative", id="negative penalty"),
    pytest.param(lambda: regimes.fit(R, rng=-1), "seed .* 0 or more, got -1", id="negative seed"),
    pytest.param(lambda: regimes.walk_forward(R, train=200, rng=-1), "seed .* 0 or more, got -1", id="negative seed of a walk"),
    pytest.param(lambda: regimes.fit(R, prior=-1.0), "prior must not be negative", id="negative prior"),
    pytest.param(lambda: regimes.fit(R, warm=regimes.fit(R, n_states=2)), "must be a t_hmm of 3", id="another warm model"),
    pytest.param(lambda: regimes.fit(pd.Series(R, index=pd.date_range("2020", periods=300)[::-1])), "sort_index", id="newest first"),
    pytest.param(lambda: regimes.walk_forward(R), "shorter train", id="shorter than train"),
    pytest.param(lambda: regimes.walk_forward(R, train=100, refit=0), "refit", id="refit 0"),
    pytest.param(lambda: regimes.fit(R).predict(R, 0), "steps", id="steps 0"),
    pytest.param(lambda: regimes.choose_states(R, "jump"), "likelihood", id="no likelihood"),
    pytest.param(lambda: evaluation.net_returns(R * 100, np.ones(300)), "0.013", id="percent, to be compounded"),
    pytest.param(lambda: evaluation.net_returns(R, np.ones(300), delay=0), "delay must be a whole number of at least 1", id="delay 0"),
    pytest.param(lambda: evaluation.net_returns(R, np.ones(299)), "each of 300", id="another length"),
    pytest.param(lambda: evaluation.net_returns(R, np.full(300, np.inf)), "finite", id="infinite position"),
    pytest.param(lambda: prediction.predict_stress(R), "to be judged", id="too short to predict"),
    pytest.param(lambda: expected_multiplier(np.ones((3, 4)), [1.0] * 6), "five labels", id="four labels"),
    pytest.param(lambda: expected_multiplier(np.ones((3, 5)), [1.0] * 5), "six numbers", id="five multipliers"),
    pytest.param(lambda: LabelSettings(frames="1D"), "tuple", id="one frame"),
    pytest.param(lambda: LabelSettings(crisis=0.5), "turbulent <= crisis", id="crisis below turbulent"),
    pytest.param(lambda: LabelSettings(strength=-1.0), "strength must not be negative", id="negative strength of a trend"),
    pytest.param(lambda: LabelSettings(margin=10), "written 0.1", id="margin in percent"),
    pytest.param(lambda: closed_bars(10, "4h", 2), "time of every bar", id="clock without times"),
    pytest.param(lambda: closed_bars(3, "1min", 2, pd.date_range("2024", periods=3, freq="1h")), "at least one bar", id="frame below a bar"),
    pytest.param(lambda: closed_bars(3, "soon", 2, pd.date_range("2024", periods=3, freq="1h")), "'4h'", id="no length"),
    pytest.param(lambda: markov_switching([1.0, np.nan]), "finite", id="missing value"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_refused_in_a_sentence(call, words):
    with pytest.raises(ParameterError, match=words) as caught:
        call()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("model", ["t_hmm", "gaussian_hmm", "jump", "rules"])
@pytest.mark.parametrize("k", [1, 9])
def test_one_state_and_nine(model, k):
    r = np.random.default_rng(1).standard_t(4, 800) * 0.01
    found = regimes.fit(r, model, k)
    filtered = found.filter(r)
    assert filtered.shape == (800, k)
    np.testing.assert_allclose(filtered.sum(axis=1), 1.0, atol=1e-12)
    assert np.isfinite(found.log_score(r)).all()
    assert found.smooth(r).shape == (800, k)


@pytest.mark.parametrize("model", ["t_hmm", "gaussian_hmm", "jump", "rules"])
def test_short_data_are_unknown(model):
    found = regimes.fit(R, model)
    assert (found.label(R[:40]) == "UNKNOWN").all()
    assert found.label(R[:1]).tolist() == ["UNKNOWN"]
    assert set(found.label(R)) <= {*regimes.MarketRegime, regimes.UNKNOWN}


@pytest.mark.parametrize("model", ["t_hmm", "gaussian_hmm", "jump", "rules"])
def test_days_without_a_move_and_wild_days_are_survived(model):
    r = R.copy()
    r[::2] = 0.0  # half of all days do not trade
    r[::7] = 0.0
    r[100] = -0.95
    found = regimes.fit(r, model)
    for values in (found.filter(r), found.log_score(r), np.asarray(found.smooth(r)), found.filter(r * 1e6)):
        assert np.isfinite(values).all()


@pytest.mark.parametrize("model", ["t_hmm", "gaussian_hmm", "jump", "rules"])
def test_a_bar_like_no_other_is_not_calm(model):
    """One bar far off may have a state of its own, without any spread: it is the wildest all the same."""
    scale = np.repeat([0.004, 0.012, 0.004, 0.012], 300)
    r = np.append(np.random.default_rng(0).standard_t(4, 1200) * scale, 1e4)
    found = regimes.fit(r, model)
    assert found.filter(r)[-1].argmax() == 2
    assert found.classes[-1] == 2


def test_a_series_of_hours_with_gaps_gets_its_clock():
    hours = pd.date_range("2024-01-01", periods=2000, freq="1h", tz="UTC").delete([50, 51, 52, 700])
    assert default_frames(hours) == (1, "14400s", "86400s")
    assert default_frames(pd.date_range("2024", periods=50, freq="5min")) == (1, "3600s", "14400s")
    assert default_frames(pd.date_range("2024", periods=50, freq="B")) == (1, 5, 21)
    scale = np.where(np.arange(len(hours)) // 300 % 2, 0.002, 0.006)
    r = pd.Series(np.random.default_rng(1).normal(0.0, scale), index=hours)
    labels = regimes.fit(r).label(r)
    assert (labels[: 24 * 12 - 5] == "UNKNOWN").all()
    assert (labels[24 * 12 :] != "UNKNOWN").all()
