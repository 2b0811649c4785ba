"""Volatility, indicators, correlation and the risk-free rate: closed forms, no future, and errors that name the cure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nija_research import data
from nija_research.errors import DataError, ParameterError
from nija_research.estimate import correlation, indicators, volatility
from nija_research.estimate.regimes import rate_per_bar


@pytest.fixture(scope="module")
def prices():
    return data.load_prices("sp500")


@pytest.fixture(scope="module")
def returns(prices):
    return prices["close"].pct_change().dropna()


def test_realised_volatility_is_the_root_mean_square(returns):
    found = volatility.realised_volatility(returns, (5, 22), periods=252)
    r = returns.to_numpy()
    assert found[22].iloc[300] == pytest.approx(np.sqrt((r[279:301] ** 2).mean() * 252), rel=1e-9)
    assert found[22].isna().sum() == 21


def test_plain_lists_are_as_good_as_series():
    a, b = [0.01, -0.01, 0.01, 0.02, 0.0], [0.02, -0.01, 0.0, 0.01, 0.01]
    assert volatility.realised_volatility(a, [2], periods=100.0)[2].iloc[2] == pytest.approx(0.1)
    listed, held = (correlation.rolling_correlation(f(a), f(b), 5).iloc[-1] for f in (list, pd.Series))
    assert listed.equals(held)


def test_ewma_is_the_recursion(returns):
    r = returns.to_numpy()[:50]
    weights = 0.94 ** np.arange(50)[::-1]
    expected = np.sqrt((weights * r**2).sum() / weights.sum())
    assert volatility.ewma_volatility(r, periods=1.0)[-1] == pytest.approx(expected, rel=1e-12)


def test_har_sees_no_outcome_that_is_not_complete(returns):
    whole = volatility.har_forecast(returns)
    for cut in (600, 1500, 2460, 4000):
        part = volatility.har_forecast(returns.iloc[:cut])
        np.testing.assert_array_equal(part["forecast"], whole["forecast"].iloc[:cut])
    r = returns.to_numpy()
    assert whole["outcome"].iloc[100] == pytest.approx(np.sqrt((r[101:122] ** 2).mean() * 252), rel=1e-6)
    assert whole["outcome"].iloc[-21:].isna().all()


def test_har_beats_the_mean_and_yesterday(returns):
    """On the S&P 500 the forecast's logarithm explains more than a single day's, and it is not far off on average."""
    found = volatility.har_forecast(returns).dropna()
    day = returns.abs().reindex(found.index).clip(lower=1e-4)
    log = np.log(found)
    assert np.corrcoef(log["forecast"], log["outcome"])[0, 1] > np.corrcoef(np.log(day), log["outcome"])[0, 1] + 0.2
    assert 0.8 < found["outcome"].mean() / found["forecast"].mean() < 1.2


def wilder_by_hand(values, window):
    out, level = [], values[0]
    for value in values:
        level += (value - level) / window
        out.append(level)
    return np.array(out)


def test_average_directional_index_by_hand(prices):
    bars = prices.iloc[:400]
    h, low, c = (bars[name].to_numpy() for name in ("high", "low", "close"))
    tr, plus, minus = [h[0] - low[0]], [0.0], [0.0]
    for t in range(1, len(h)):
        tr.append(max(h[t], c[t - 1]) - min(low[t], c[t - 1]))
        up, down = h[t] - h[t - 1], low[t - 1] - low[t]
        plus.append(up if up > down and up > 0 else 0.0)
        minus.append(down if down > up and down > 0 else 0.0)
    span = wilder_by_hand(tr, 14)
    p, m = wilder_by_hand(plus, 14) / span, wilder_by_hand(minus, 14) / span
    found = indicators.average_directional_index(bars)
    with np.errstate(invalid="ignore"):
        dx = 100 * np.abs(p - m) / (p + m)
    expected = wilder_by_hand(dx[13:], 14)
    np.testing.assert_allclose(found.iloc[26:], expected[13:], rtol=1e-9)
    assert found.isna().sum() == 26
    np.testing.assert_allclose(indicators.average_true_range(bars).iloc[13:], span[13:], rtol=1e-12)


def test_a_straight_rise_is_all_trend_and_a_flat_price_none():
    rising = pd.DataFrame({"high": np.arange(100) + 1.5, "low": np.arange(100) + 0.5, "close": np.arange(100) + 1.0})
    assert indicators.average_directional_index(rising).iloc[-1] == pytest.approx(100.0)
    flat = pd.DataFrame({"high": np.ones(100), "low": np.ones(100), "close": np.ones(100)})
    assert indicators.average_directional_index(flat).iloc[-1] == 0.0
    assert not indicators.quiet_range(flat).any()


def test_the_printed_range_condition_is_not_free_of_scale(prices):
    """003, "range > 2% AND ADX < 25": most days of an index, hardly ever once moves are a tenth of the size."""
    daily = indicators.quiet_range(prices).mean()
    calm = np.exp(np.log(prices / prices.iloc[0]) / 10)
    assert daily > 0.4
    assert indicators.quiet_range(calm).mean() < 0.1 * daily


def test_rolling_correlation_is_numpys_and_its_band_is_fishers():
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, 100))
    found = correlation.rolling_correlation(a, b, 24)
    rho = np.corrcoef(a[40:64], b[40:64])[0, 1]
    assert found["correlation"].iloc[63] == pytest.approx(rho, rel=1e-10)
    half = 1.959963984540054 / np.sqrt(21)
    assert found["low"].iloc[63] == pytest.approx(np.tanh(np.arctanh(rho) - half), rel=1e-9)
    assert found["correlation"].isna().sum() == 23


def test_the_band_covers_as_stated():
    """Independent normal pairs of correlation .6, 2,000 windows: 95 % bands cover within two points."""
    rng = np.random.default_rng(2)
    a = rng.standard_normal(24 * 2000)
    b = 0.6 * a + 0.8 * rng.standard_normal(len(a))
    found = correlation.rolling_correlation(a, b, 24).iloc[23::24]
    assert 0.93 < ((found["low"] < 0.6) & (found["high"] > 0.6)).mean() < 0.97


def test_the_alarm_rings_falsely_as_often_as_stated_whatever_the_tails():
    """Unbroken pairs, normal and Student-t(4): 400 series each; 5 % stated, two standard errors are 2.2 %."""
    for nu in (None, 4):
        rng = np.random.default_rng(3)
        rang = 0
        threshold = None
        for _ in range(400):
            common = rng.standard_normal((2, 500))
            wild = 1.0 if nu is None else np.sqrt(nu / rng.chisquare(nu, (2, 500)))
            x = common[0] * (wild if nu is None else wild[0])
            y = (0.6 * common[0] + 0.8 * common[1]) * (wild if nu is None else wild[1])
            if threshold is None:
                threshold = correlation.break_alarm(x, y, draws=1000).threshold
            _, score = correlation._scores(x[None], y[None], 250)
            statistic = np.empty(score.shape)
            correlation._cusum(
                score, correlation.DRIFT, correlation.CLIP, np.inf, statistic, np.zeros(score.shape, dtype=bool)
            )
            rang += bool(statistic.max() > threshold)
        assert 0.02 < rang / 400 < 0.085, (nu, rang)


def test_the_alarm_finds_a_break():
    """Correlation .8 becomes 0 at bar 400: it rings soon after, and not before."""
    late = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        a, b = rng.standard_normal((2, 700))
        y = np.where(np.arange(700) < 400, 0.8 * a + 0.6 * b, b)
        found = correlation.break_alarm(a, y, draws=400)
        after = found.rings[found.rings >= 400]
        late.append(after[0] - 400 if len(after) else 300)
    assert np.median(late) < 60


def test_the_alarm_knows_the_past_alone(returns):
    other = data.load_prices("nasdaq")["close"].pct_change().dropna()
    whole = correlation.break_alarm(returns, other, draws=200)
    part = correlation.break_alarm(returns.iloc[:1500], other.iloc[:1500], draws=200)
    np.testing.assert_array_equal(part.statistic, whole.statistic[:1500])
    assert part.threshold == whole.threshold
    a, b = (correlation.ewma_correlation(returns.iloc[:n], other.iloc[:n]) for n in (1500, len(returns)))
    np.testing.assert_array_equal(a, b[:1500])


def test_compiled_equals_its_plain_twin():
    score = np.random.default_rng(0).standard_normal((2, 60))
    one, two = ((score, 0.1, 2.0, 3.0, np.zeros((2, 60)), np.zeros((2, 60), dtype=bool)) for _ in range(2))
    correlation._cusum(*one)
    correlation._cusum.py_func(*two)
    for x, y in zip(one, two, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-12)


def test_ewma_correlation_is_the_recursion():
    a, b = np.random.default_rng(0).standard_normal((2, 60))
    weights = 0.9 ** np.arange(60)[::-1]
    ab, aa, bb = ((weights * products).sum() for products in (a * b, a * a, b * b))
    assert correlation.ewma_correlation(a, b, decay=0.9)[-1] == pytest.approx(ab / np.sqrt(aa * bb), rel=1e-12)
    assert np.isnan(correlation.ewma_correlation([0.0, 0.1], [0.1, 0.1])[0])


def test_har_is_the_regression_written_out(returns):
    """Normal equations of log mean squares over 1, 5 and 22 bars, at the first forecast."""
    r, ahead = returns.to_numpy()[:400], 21
    square = np.maximum(r * r, (0.01 * np.median(np.abs(r[:250]))) ** 2)
    mean = {bars: pd.Series(square).rolling(bars).mean().to_numpy() for bars in (1, 5, 22, ahead)}
    x = np.column_stack([np.ones(400), *(np.log(mean[bars]) for bars in (1, 5, 22))])
    y = np.log(np.append(mean[ahead][ahead:], np.full(ahead, np.nan)))
    first = 21 + 250 + ahead
    rows = slice(21, first - ahead + 1)
    w = np.linalg.solve(x[rows].T @ x[rows], x[rows].T @ y[rows])
    expected = np.sqrt(np.exp(x[first] @ w + 0.5 * np.var(y[rows] - x[rows] @ w)) * 252)
    found = volatility.har_forecast(r)["forecast"]
    assert found.iloc[first] == pytest.approx(expected, rel=1e-9)
    assert found.iloc[:first].isna().all()


def test_an_alarm_says_whether_and_when():
    a, b = np.random.default_rng(0).standard_normal((2, 700))
    found = correlation.break_alarm(a, np.where(np.arange(700) < 400, 0.8 * a + 0.6 * b, b), draws=400)
    said, frame = found.summary(), found.to_frame()
    assert said["broken"]
    assert said["first"] == found.rings[0] == np.flatnonzero(frame["rings"])[0]
    assert frame["statistic"].iloc[found.rings[0]] > found.threshold


def test_a_rate_is_known_once_published():
    days = pd.date_range("2024-01-01", periods=10, tz="UTC")
    rate = pd.Series([0.0252, 0.0504], index=days[[0, 4]])
    found = rate_per_bar(rate, days, lag="2D")
    np.testing.assert_allclose(found, [0, 0, *[0.0001] * 4, *[0.0002] * 4])
    np.testing.assert_allclose(rate_per_bar(0.05, days), 0.05 / 252)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: rate_per_bar(4.5, r.index), "written 0.045"),
        (lambda r: rate_per_bar(np.nan, r.index), "finite"),
        (lambda r: rate_per_bar(pd.Series([0.01], index=r.index[:1].tz_localize(None)), r.index), "time zone"),
        (lambda r: rate_per_bar(pd.Series([0.01, 0.02], index=r.index[[1, 0]]), r.index), "ascending"),
        (lambda r: volatility.ewma_volatility(r, decay=1.0), "between 0 and 1"),
        (lambda r: volatility.realised_volatility(r, [0]), "at least 1"),
        (lambda r: volatility.har_forecast(r, ahead=0), "at least 1"),
        (lambda r: correlation.rolling_correlation(r, r.iloc[1:]), "same bars"),
        (lambda r: correlation.rolling_correlation(r, r, 4), "at least 5"),
        (lambda r: correlation.rolling_correlation(r, r, level=95), "0.95"),
        (lambda r: correlation.break_alarm(r.iloc[:200], r.iloc[:200]), "more than reference"),
        (lambda r: correlation.break_alarm(r * 0.0, r), "must move"),
        (lambda r: correlation.break_alarm(r, r, false_alarms=5), "0.05"),
        (lambda r: correlation.ewma_correlation(r, r, decay=0.0), "between 0 and 1"),
        (lambda r: indicators.average_true_range(pd.DataFrame({"close": [1.0]})), "missing"),
        (lambda r: indicators.average_true_range(pd.DataFrame({"high": [1.0], "low": [1.0], "close": [1.0]}), 0), "at least 1"),
    ],
)  # fmt: skip
def test_wrong_input_names_the_cure(returns, call, words):
    with pytest.raises((ParameterError, DataError), match=words):
        call(returns)
