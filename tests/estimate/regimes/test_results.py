"""What results say of themselves: summary, frame and plot hold the numbers of the fit, and no more."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from nija_research.errors import ParameterError
from nija_research.estimate import regimes

TIMES = pd.date_range("2020-01-01", periods=1200, tz="UTC")


def series(scale):
    return pd.Series(np.random.default_rng(5).normal(0.0002, scale, len(TIMES)), index=TIMES)


CALM_AND_WILD = series(np.repeat([0.004, 0.02, 0.004, 0.02], 300))


@pytest.fixture(scope="module")
def walk():
    return regimes.walk_forward(CALM_AND_WILD, refit=200)


def test_states_of_a_model_add_up():
    fitted = regimes.fit(CALM_AND_WILD, "gaussian_hmm", 2)
    states = fitted.to_frame(CALM_AND_WILD, periods=252.0)
    assert states["called"].tolist() == ["calm", "turbulent"]
    assert states["time"].sum() == pytest.approx(1.0)
    np.testing.assert_allclose(states["volatility"], [0.004 * 252**0.5, 0.02 * 252**0.5], rtol=0.05)
    np.testing.assert_allclose(states["error"], states["volatility"] * (252 / (1200 * states["time"])) ** 0.5)
    # A visit ends with probability 1 - p in each bar: it lasts 1 / (1 - p) bars on average.
    np.testing.assert_allclose(1.0 - 1.0 / states["bars in a row"], np.diag(fitted.transition))
    said = fitted.summary()
    assert said["regimes"]
    assert said["clustering z"] == fitted.clustering_z
    one = regimes.fit(series(0.01))
    assert set(one.to_frame(series(0.01))["called"]) == {"no regime"}
    assert not one.summary()["regimes"]


def test_a_walk_says_its_label_now(walk):
    frame, said = walk.to_frame(TIMES), walk.summary()
    assert said["label"] == frame["label"].iloc[-1] != regimes.UNKNOWN
    assert said["probability"] == frame[said["label"]].iloc[-1]
    assert (frame["label"].iloc[said["since"] :] == said["label"]).all()
    assert frame["label"].iloc[said["since"] - 1] != said["label"]
    np.testing.assert_allclose(frame[list(regimes.CLASSES)].iloc[504:].sum(axis=1), 1.0)
    assert said["alike"] == pytest.approx(np.nanmean(walk.stability))
    short = regimes.walk_forward(series(0.01), refit=200).summary()
    assert short["label"] == regimes.UNKNOWN
    assert np.isnan(short["probability"])


def test_a_walk_is_drawn_bar_by_bar(walk):
    close = (1.0 + CALM_AND_WILD).cumprod()
    with mpl.rc_context({"backend": "agg"}):
        ax = walk.plot(close)
    spans = len(ax.patches)
    changes = np.count_nonzero(np.diff(walk.state)) + 1
    calm = sum(walk.state[i] == 0 and (i == 0 or walk.state[i - 1] != 0) for i in range(len(walk)))
    assert spans == changes - calm
    assert ax.get_ylabel() == "close (log scale)"
    with pytest.raises(ParameterError, match="one price for each of 1200 bars, got 9"):
        walk.plot(close.iloc[:9])


def test_nothing_to_detect_has_no_lag():
    nothing = regimes.detection_lag(np.zeros(50), np.zeros(50))
    assert np.isnan(nothing.summary()["median_lag"])
    assert nothing.summary()["spells"] == len(nothing.to_frame()) == 0
