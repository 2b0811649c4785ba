"""
Forecasts without regimes and of regimes: benchmark densities of the next bar, and whether stress can be predicted.

Benchmark densities are in nats per bar, for returns in the unit given; row t is predicted from bars before t, with
parameters from bars before the last refit [1]_. The prediction asks at bar t: will the label *stored* at bar t + ahead
be stress (turbulent or crisis)? A ridge logistic regression on the chain's forecast and features of the past, drawn
towards that forecast, is refitted as it goes on rows whose outcome was known (purged) and a little before (embargo)
[2]_, then calibrated on the last fifth of them [3]_. Judged by Brier and log score, out of sample, against climatology
(how often so far), persistence (how often so far, given today's label) and the chain's own forecast.

References
----------
.. [1] Glosten, L. R., Jagannathan, R. and Runkle, D. E. (1993). On the relation between the expected value and the
   volatility of the nominal excess return on stocks. Journal of Finance 48(5).
.. [2] Lopez de Prado, M. (2018). Advances in financial machine learning, chapter 7 (purging and embargo).
.. [3] Platt, J. (1999). Probabilistic outputs for support vector machines. Advances in large margin classifiers.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.bootstrap import resamples
from nija_research.estimate.regimes.classifiers import rolling_scale
from nija_research.estimate.regimes.series import as_series, centre_and_unit, refuse_hindsight
from nija_research.estimate.regimes.walk import walk_forward
from nija_research.estimate.volatility import ewma_volatility
from nija_research.rng import generator
from nija_research.units import count, share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["FORECASTS", "Prediction", "ewma_log_score", "garch_log_score", "predict_stress"]


def ewma_log_score(returns: ArrayLike, *, decay: float = 0.94) -> NDArray[np.float64]:
    """
    Log density under a normal with mean 0 and exponentially weighted variance.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar.
    decay : float, optional
        Weight kept from bar to bar.

    Returns
    -------
    numpy.ndarray, shape (n,)
        NaN for the first bar, and while nothing has moved.
    """
    r = as_series(returns)
    deviation = np.concatenate([[np.nan], ewma_volatility(r, decay=decay, periods=1.0)[:-1]])
    deviation[~(deviation > 0.0)] = np.nan
    return np.asarray(-0.5 * np.log(2.0 * np.pi) - np.log(deviation) - 0.5 * (r / deviation) ** 2)


def garch_log_score(
    returns: ArrayLike, *, train: int = 504, refit: int = 21, asymmetric: bool = True
) -> NDArray[np.float64]:
    """
    Log density under (GJR-)GARCH(1,1) with Student-t innovations, by arch, refitted as it goes.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar; more than `train`.
    train : int, optional
        Bars before the first fit.
    refit : int, optional
        Bars between fits; each takes about a tenth of a second.
    asymmetric : bool, optional
        Whether falls raise volatility more than rises (GJR).

    Returns
    -------
    numpy.ndarray, shape (n,)
        NaN before `train`.

    Raises
    ------
    ParameterError
        If `returns` are too few.
    """
    from arch import arch_model
    from scipy.special import gammaln

    r = as_series(returns)
    if len(r) <= train:
        raise ParameterError(f"returns must hold more than train = {train} bars, got {len(r)}.")
    # arch wants numbers near 1; the unit is taken from the training bars alone.
    unit = centre_and_unit(r[:train])[1]
    score, at = np.full(len(r), np.nan), None
    options: Any = {"p": 1, "o": int(asymmetric), "q": 1, "dist": "t", "rescale": False}
    for now in range(train, len(r), refit):
        end = min(now + refit, len(r))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a fit that stops early still has parameters
            fitted = arch_model(r[:now] / unit, **options).fit(disp="off", show_warning=False, starting_values=at)
        at = fitted.params.to_numpy()
        fixed = arch_model(r[:end] / unit, **options).fix(at)
        nu, deviation = at[-1], np.asarray(fixed.conditional_volatility)[now:end]
        z = np.asarray(fixed.resid)[now:end] / deviation
        constant = gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu) - 0.5 * np.log(np.pi * (nu - 2.0))
        score[now:end] = constant - np.log(deviation * unit) - 0.5 * (nu + 1.0) * np.log1p(z * z / (nu - 2.0))
    return score


#: Forecasts compared, the benchmark first.
FORECASTS = ("persistence", "climatology", "chain", "supervised")

#: Strength of the ridge: each standardised feature's weight is drawn towards 0 as if by so many bars.
RIDGE = 10.0

# Rows before the first fit, of which so many must have an outcome, and no probability nearer to 0 or 1 than this.
_FIRST, _FEWEST, _SURE = 504, 252, 1e-4


@dataclass(frozen=True, slots=True)
class Prediction:
    """
    Forecasts and how good they were.

    Attributes
    ----------
    outcome : numpy.ndarray, shape (n,)
        1 where the label at ``t + ahead`` is stress, 0 where not, NaN where not known.
    probability : mapping of str to numpy.ndarray, shape (n,)
        Forecast made at bar t, by name; NaN before the first fit.
    table : pandas.DataFrame
        One row a forecast: forecast, brier, log_score (the higher the better), gain, gain_low, gain_high (log score
        above persistence, per bar), slope (of outcome on forecast in log odds; 1 is calibrated).
    bars : int
        Bars judged.
    beats_persistence : bool
        Whether the supervised model's log score is above persistence's with the whole interval of the difference.
    beats_climatology, beats_chain : bool
        The same against climatology and the chain's own forecast.
    """

    outcome: NDArray[np.float64]
    probability: dict[str, NDArray[np.float64]]
    table: pd.DataFrame
    bars: int
    beats_persistence: bool
    beats_climatology: bool
    beats_chain: bool

    def summary(self) -> pd.Series:
        """
        Say which forecasts the supervised model beats.

        Returns
        -------
        pandas.Series
            bars, beats_persistence, beats_climatology, beats_chain.
        """
        names = ("bars", "beats_persistence", "beats_climatology", "beats_chain")
        return pd.Series({name: getattr(self, name) for name in names}, dtype=object)

    def to_frame(self) -> pd.DataFrame:
        """
        One row a forecast.

        Returns
        -------
        pandas.DataFrame
            `table`, a copy.
        """
        return self.table.copy()


def predict_stress(
    returns: ArrayLike,
    *,
    ahead: int = 5,
    embargo: int = 5,
    retrain: int = 63,
    train: int = 504,
    level: float = 0.95,
    draws: int = 1000,
    rng: int = 0,
    features: NDArray[np.float64] | None = None,
    **labelling: Any,
) -> Prediction:
    """
    Predict whether the label some bars ahead will be stress, and judge it.

    Parameters
    ----------
    returns : array_like or pandas.Series, shape (n,)
        Per bar; at least ``train + 1000`` or so.
    ahead : int, optional
        Bars from forecast to outcome.
    embargo : int, optional
        Bars left out between the last outcome trained on and the first forecast.
    retrain : int, optional
        Bars between fits of the supervised model.
    train : int, optional
        Bars before the first label, as in `walk_forward`.
    level : float, optional
        Level of the intervals, a share.
    draws : int, optional
        Bootstrap samples of the intervals.
    rng : int, optional
        Seed.
    features : numpy.ndarray, shape (n, d), optional
        In the place of the usual ones, beside the chain's forecast; row t from bars up to t.
    **labelling
        Passed to `walk_forward`, which labels: `n_states`, `refit` (bars between fits of the chain), ...

    Returns
    -------
    Prediction

    Raises
    ------
    ParameterError
        If an argument is out of range, `returns` are too few, or no regimes are found in them.
    """
    r = as_series(returns)
    for name, value, least in (("ahead", ahead, 1), ("embargo", embargo, 0), ("retrain", retrain, 1)):
        count(name, value, low=least)
    share("level", level)
    first = train + _FIRST + ahead + embargo
    if len(r) < first + 10 * ahead:
        raise ParameterError(f"returns must hold at least {first + 10 * ahead} bars to be judged, got {len(r)}.")
    walk = walk_forward(returns, "t_hmm", train=train, ahead=ahead, rng=rng, **labelling)
    stress = np.where(walk.state < 0, np.nan, walk.state > 0)
    outcome = np.full(len(r), np.nan)
    outcome[:-ahead] = stress[ahead:]
    odds = np.clip(1.0 - walk.forecast[:, 0], _SURE, 1.0 - _SURE)
    refuse_hindsight("features", features)
    beside = _features(r) if features is None else np.asarray(features, dtype=np.float64)
    x = np.column_stack([np.log(odds / (1.0 - odds)), beside])
    forecasts = {name: np.full(len(r), np.nan) for name in FORECASTS}
    forecasts["chain"] = 1.0 - walk.forecast[:, 0]
    known = ~np.isnan(outcome) & ~np.isnan(forecasts["chain"])
    for begin in range(first, len(r), retrain):
        rows = np.arange(train, begin - ahead - embargo + 1)  # outcomes that lie before the embargo
        rows = rows[known[rows]]
        now = np.arange(begin, min(begin + retrain, len(r)))
        now = now[~np.isnan(forecasts["chain"][now])]
        if len(rows) < _FEWEST or not len(now):
            continue
        y = outcome[rows]
        forecasts["climatology"][now] = y.mean()
        for state in (0.0, 1.0):
            after = y[stress[rows] == state]
            forecasts["persistence"][now[stress[now] == state]] = (after.sum() + 0.5) / (len(after) + 1.0)
        forecasts["supervised"][now] = _supervised(x[rows], y, x[now], ahead)
    judged = np.flatnonzero(~np.isnan(outcome) & ~np.isnan(forecasts["supervised"]))
    if not judged.size:
        raise ParameterError(
            f"returns must show regimes to be predicted, got {len(r)} bars in which volatility was hardly ever "
            "found to change. Take more bars."
        )
    clipped = {name: np.clip(p, _SURE, 1.0 - _SURE) for name, p in forecasts.items()}
    scored = {name: p[judged] for name, p in clipped.items()}
    sampling: Any = {"block": max(42, 2 * ahead), "level": level, "draws": draws, "rng": rng}
    beats = []
    for rival in FORECASTS[:-1]:
        pair = {rival: scored[rival], "supervised": scored["supervised"]}
        beats.append(bool(_judge(outcome[judged], pair, **sampling)["gain_low"].iloc[1] > 0.0))
    return Prediction(outcome, clipped, _judge(outcome[judged], scored, **sampling), len(judged), *beats)


def _features(r: NDArray[np.float64]) -> NDArray[np.float64]:
    """Volatility at three horizons against a year's, last moves, depth below the peak."""
    year = np.maximum(rolling_scale(r, 252), 1e-12)
    scaled = [np.log(np.maximum(rolling_scale(r, bars) / year, 1e-3)) for bars in (5, 22, 66)]
    total = np.concatenate([[0.0], np.cumsum(r)])
    depth = (np.maximum.accumulate(total) - total)[1:] / year
    moves = []
    for bars in (1, 5, 22):
        past = np.concatenate([np.zeros(bars), total[1:]])[: len(r)]
        moves.append((total[1:] - past) / (year * np.sqrt(bars)))
    return np.column_stack([*scaled, *moves, np.clip(depth, 0.0, 60.0)])


def _supervised(
    x: NDArray[np.float64], y: NDArray[np.float64], fresh: NDArray[np.float64], ahead: int
) -> NDArray[np.float64]:
    """Fit on the first four fifths, calibrate on the rest (with a gap of `ahead`), forecast."""
    from scipy.special import expit

    cut = int(0.8 * len(y))
    early, late = slice(0, max(cut - ahead, 1)), slice(cut, None)
    middle, spread = x[early].mean(axis=0), np.maximum(x[early].std(axis=0), 1e-9)
    # The first feature is the chain's forecast in log odds: without evidence the rest changes nothing about it.
    middle[0], spread[0] = 0.0, 1.0
    weights = _logistic((x[early] - middle) / spread, y[early], RIDGE, towards=np.eye(x.shape[1])[0])
    odds, odds_now = (weights[0] + ((part - middle) / spread) @ weights[1:] for part in (x[late], fresh))
    if y[late].min() < y[late].max():
        constant, slope = _logistic(odds[:, None], y[late], 1.0, towards=1.0)
        odds_now = constant + odds_now[:, None] @ np.array([slope])
    return np.asarray(expit(odds_now))


def _logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], ridge: float, towards: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Weights (d + 1,), the constant first and free; the others are drawn towards `towards`."""
    from scipy.special import expit

    design = np.column_stack([np.ones(len(x)), x])
    goal = np.concatenate([[0.0], np.broadcast_to(towards, (x.shape[1],))])
    pull = np.concatenate([[0.0], np.full(x.shape[1], float(ridge))])

    def loss(w: NDArray[np.float64]) -> float:
        odds = design @ w
        return float(np.logaddexp(0.0, odds).sum() - odds @ y + 0.5 * (pull * (w - goal) ** 2).sum())

    w, value = goal.copy(), loss(goal)
    for _ in range(50):  # Newton's steps, halved while they overshoot
        p = expit(design @ w)
        slope = design.T @ (p - y) + pull * (w - goal)
        curve = (design * (p * (1.0 - p))[:, None]).T @ design + np.diag(pull + 1e-9)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while (lower := loss(w - size * step)) > value and size > 1e-6:
            size *= 0.5
        if not value - lower > 1e-9:
            break
        w, value = w - size * step, lower
    return w


def _judge(
    y: NDArray[np.float64], forecasts: dict[str, NDArray[np.float64]], *, block: int, level: float, draws: int, rng: int
) -> pd.DataFrame:
    """Scores of each forecast, gains against the first of them."""
    logs = {name: np.where(y == 1.0, np.log(p), np.log1p(-p)) for name, p in forecasts.items()}
    rows, tail, rival = [], (1.0 - level) / 2.0, next(iter(forecasts))
    for name, p in forecasts.items():
        gain = logs[name] - logs[rival]
        low = high = 0.0
        if name != rival:
            # Scores of overlapping outcomes, and of days of one spell, move together: blocks of two months at least.
            sampled = resamples(gain, draws=draws, block=block, rng=generator(rng))
            means = np.concatenate([sample.mean(axis=1) for sample in sampled])
            low, high = (float(q) for q in np.quantile(means, [tail, 1.0 - tail]))
        slope = np.nan
        if np.ptp(p) > 0.0 and name != "climatology":
            slope = float(_logistic(np.log(p / (1.0 - p))[:, None], y, 0.0)[1])
        brier = float(((p - y) ** 2).mean())
        rows.append((name, brier, float(logs[name].mean()), float(gain.mean()), low, high, slope))
    names = ["forecast", "brier", "log_score", "gain", "gain_low", "gain_high", "slope"]
    return pd.DataFrame(rows, columns=names)
