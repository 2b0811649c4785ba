"""
Kelly fractions: the stake that makes the account grow fastest, from odds or from returns.

A fraction is a share of equity in the unit of the returns it came from: with returns per unit at risk
(R multiples, or a stake that can be lost whole) it is the share of equity at risk; with returns per unit of
notional it is leverage. Growth is in nats per trade. Uncertainty lives in `from_trades` and `from_record`; nothing
here reads files, plots or simulates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.returns import Unit, net_returns
from nija_research.interval import Interval
from nija_research.units import count, finite, positive, share

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "KellyEstimate",
    "Method",
    "kelly_binary",
    "kelly_continuous",
    "kelly_continuous_error",
    "kelly_log_optimal",
    "kelly_payoff",
    "log_optimal_rows",
    "p_text",
    "stake_bound",
]

Method = Literal["log", "payoff", "binary", "record"]
MeanOf = Literal["drift", "log", "simple"]

# Newton steps, safeguarded by halving: some seven are enough, and 100 halvings end any bracket.
_STEPS = 100

# Of a mean over the mean size of its terms: what adding them up can leave where nothing is.
_ROUNDING = 16.0 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, kw_only=True)
class KellyEstimate:
    """
    A stake, and how far the data can be trusted to fix it.

    Attributes
    ----------
    fraction : float or None
        Growth-optimal stake in `unit`, at least 0; None when the data do not identify one.
    interval : Interval
        Of `fraction`, at its level; the reachable range when `identified` is False, whose upper end is infinite for a
        leverage that no loss of the log bounds.
    p_no_edge : float or None
        How often trades without an edge (mean return 0) would look at least as good: a one-sided p-value from the
        resamples that make `interval`, whose lower end is above 0 exactly where it is at most ``(1 - level) / 2``.
        Method "record": posterior probability of no edge instead. None when it cannot be known.
    shrunk : float or None
        The stake to use: `fraction` shrunk for its own estimation error; None when not identified.
    n : int
        Number of closed trades.
    unit : {"risk", "leverage"}
        Share of equity at risk, or notional as a multiple of equity.
    method : {"log", "payoff", "binary", "record"}
        How `fraction` was estimated.
    why : str
        One sentence a trader understands.
    block : int
        Mean length of the bootstrap blocks, in trades; 0 where nothing was resampled.
    effective : float
        Trades that do not share their time with another of the same symbol, overlapping ones counted in part; 0 where
        it was not asked.
    bound : float
        Largest stake considered: 1 in the unit "risk", and where the worst trade seen ends the account if that is
        lower; infinite for a leverage where no trade lost.
    notes : tuple of str
        What the account says against the average trade, a sentence each; `why` begins with it.
    """

    fraction: float | None
    interval: Interval
    n: int
    unit: Unit
    method: Method
    why: str
    p_no_edge: float | None = None
    shrunk: float | None = None
    block: int = 0
    effective: float = 0.0
    bound: float = 1.0
    notes: tuple[str, ...] = ()

    @property
    def identified(self) -> bool:
        """Whether the data fix a stake."""
        return self.fraction is not None

    @property
    def level(self) -> float:
        """Confidence level of `interval`, a share."""
        return self.interval.level

    def summary(self) -> str:
        """Return the stake, its interval, its doubt and its reason in two sentences."""
        if self.fraction is None:
            return f"No stake is fixed; possible: {self.interval:.3f}. {self.why}"
        stake = f"Full Kelly {self.fraction:.3f} ({self.interval:.3f}, {self.level:.0%})"
        return f"{stake}, shrunken {self.shrunk:.3f}, P(no edge) {p_text(self.p_no_edge)}. {self.why}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row: unit, trades, independent (trades), full Kelly, low, high, shrunken, P(no edge)."""
        import pandas as pd

        row = {
            "unit": self.unit,
            "trades": self.n,
            "independent": self.effective,
            "full Kelly": self.fraction,
            "low": self.interval.low,
            "high": self.interval.high,
            "shrunken": self.shrunk,
            "P(no edge)": self.p_no_edge,
        }
        return pd.DataFrame([row]).astype(dict.fromkeys(["full Kelly", "shrunken", "P(no edge)"], float))


def p_text(p: float | None) -> str:
    """
    Write a probability with three decimals, never as 0.000.

    Parameters
    ----------
    p : float or None
        NaN is none.

    Returns
    -------
    str
        "< .001" below that; a dash where there is none.
    """
    return "–" if p is None or p != p else "< .001" if p < 0.001 else f"{p:.3f}"


def kelly_binary(p_win: float, payoff: float = 1.0) -> float:
    """
    Growth-optimal share for a bet that wins `payoff` or loses the stake.

    Parameters
    ----------
    p_win : float
        Probability of a win, in [0, 1].
    payoff : float, optional
        Net win per unit staked, above 0. Even money unless given.

    Returns
    -------
    float
        Share of equity to stake, in [0, 1]; 0.0 when the bet has no edge.

    Raises
    ------
    ParameterError
        If `p_win` or `payoff` is out of range or not finite.

    Notes
    -----
    Maximises ``p log(1 + b f) + (1 - p) log(1 - f)``, hence ``f = p - (1 - p) / b`` [1]_.

    References
    ----------
    .. [1] Kelly, J. L. (1956). A new interpretation of information rate. Bell System Technical Journal 35(4).

    Examples
    --------
    >>> round(kelly_binary(0.6), 4)
    0.2
    """
    p = share("p_win", p_win)
    b = positive("payoff", payoff)
    return max(0.0, p - (1.0 - p) / b)


def kelly_payoff(p_win: float, mean_win: float, mean_loss: float) -> float:
    """
    Payoff-ratio Kelly: the binary formula fed with average wins and losses.

    Exact only when all wins are equal and all losses are equal; with spread-out payoffs it stakes too much,
    and when losses have no bound its growth is minus infinity. Use `kelly_log_optimal` on the returns.

    Parameters
    ----------
    p_win : float
        Probability of a win, in [0, 1].
    mean_win : float
        Average win per unit staked, above 0.
    mean_loss : float
        Average loss per unit staked, written as a number above 0.

    Returns
    -------
    float
        ``p / mean_loss - (1 - p) / mean_win``, at least 0, in the unit of the returns.

    Raises
    ------
    ParameterError
        If an argument is out of range or not finite.

    Examples
    --------
    >>> round(kelly_payoff(0.93, 0.2, 2.0), 4)
    0.115
    """
    p = share("p_win", p_win)
    return max(0.0, p / positive("mean_loss", mean_loss) - (1.0 - p) / positive("mean_win", mean_win))


def kelly_log_optimal(returns: ArrayLike, *, cap: float | None = None) -> float:
    """
    Stake that maximises the mean of ``log(1 + f r)`` over the given returns.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade as shares of one unit staked.
    cap : float, optional
        Largest stake considered, above 0. Needed when no return is negative, since growth then has no maximum.

    Returns
    -------
    float
        The stake in the unit of `returns`, at least 0 and below ``1 / |worst return|``; 0.0 without an edge.

    Raises
    ------
    ParameterError
        If `returns` is empty or not finite, or has wins and no loss while `cap` is not given.

    Notes
    -----
    The derivative ``mean(r / (1 + f r))`` falls in f, so its root is found by Newton's method inside a bracket.

    Examples
    --------
    >>> round(kelly_log_optimal([1.0] * 55 + [-1.0] * 45), 4)
    0.1
    """
    r = net_returns(returns, nonempty=True)
    if cap is not None:
        cap = positive("cap", cap)
    if cap is None and r.min() >= 0.0:
        if r.max() <= 0.0:
            return 0.0
        raise ParameterError(
            "returns hold no loss, so growth has no maximum: no stake is too large for this sample. "
            "Give cap=, the largest stake to consider."
        )
    return float(log_optimal_rows(r[None, :], stake_bound(r, cap))[0])


def kelly_continuous(mean: float, sd: float, *, rate: float = 0.0, mean_of: MeanOf = "drift") -> float:
    """
    Leverage with the best growth for a price that diffuses.

    Parameters
    ----------
    mean, sd : float
        Mean and standard deviation of the returns over one period; `sd` above 0. Annual mean with annual deviation,
        or daily with daily, gives the same stake.
    rate : float, optional
        Riskless rate over the same period; the mean is in excess of it.
    mean_of : {"drift", "log", "simple"}, optional
        What `mean` is the mean of. "drift": the drift of the price, the textbook's mu. "log": log returns, to which
        half the variance is added to get the drift. "simple": simple returns of periods too long for a diffusion, where
        the second moment replaces the variance.

    Returns
    -------
    float
        Notional over equity, at least 0; 0.0 without an excess mean.

    Raises
    ------
    ParameterError
        If an argument is not finite, `sd` is not above 0, or `mean_of` is not one of the three.

    Notes
    -----
    ``(mean - rate) / sd^2`` (Thorp 2006, section 7; Merton 1969), exact for a lognormal price traded without pause and
    without jumps. "simple" maximises the growth to second order, ``m / (sd^2 + m^2)``. With jumps, and with skewed
    trades, use `kelly_log_optimal`: a loss of 1 / stake ends the account, whatever the variance.

    Examples
    --------
    >>> round(kelly_continuous(0.08, 0.20), 4), round(kelly_continuous(0.06, 0.20, mean_of="log"), 4)
    (2.0, 2.0)
    """
    if mean_of not in get_args(MeanOf):
        raise ParameterError(f"mean_of must be 'drift', 'log' or 'simple', got {mean_of!r}.")
    excess, variance = finite("mean", mean) - finite("rate", rate), positive("sd", sd) ** 2
    if mean_of == "log":
        excess += 0.5 * variance
    elif mean_of == "simple":
        variance += excess**2
    return max(0.0, excess / variance)


def kelly_continuous_error(mean: float, sd: float, n: int, *, rate: float = 0.0) -> float:
    """
    Standard error of `kelly_continuous` when mean and deviation come from n independent periods.

    Parameters
    ----------
    mean, sd : float
        Sample mean and standard deviation over one period.
    n : int
        Periods, at least 2.
    rate : float, optional
        Riskless rate over the same period.

    Returns
    -------
    float
        ``sqrt((1 / sd^2 + 2 f^2) / n)``, notional over equity: for normal returns, by the delta method.

    Raises
    ------
    ParameterError
        If an argument is out of range.

    Examples
    --------
    >>> round(kelly_continuous_error(0.08, 0.20, 20), 2)  # twenty years of the best-known index: 2.0 give or take
    1.28
    """
    n, deviation = count("n", n, low=2, of="periods"), positive("sd", sd)
    stake = (finite("mean", mean) - finite("rate", rate)) / deviation**2
    return math.sqrt((1.0 / deviation**2 + 2.0 * stake**2) / n)


def stake_bound(returns: NDArray[np.float64], cap: float | None) -> float:
    """
    Largest stake worth considering: where the worst trade seen ends the account, or `cap` if lower.

    Parameters
    ----------
    returns : numpy.ndarray, shape (n,)
        Net returns per trade, shares.
    cap : float or None
        A bound of the caller's own.

    Returns
    -------
    float
        Without a loss in the sample and without a cap: 1.0, since a position can lose all it is worth.
    """
    worst = float(-returns.min()) if returns.size else 0.0
    ruin = 1.0 / worst if worst > 0.0 else np.inf
    bound = min(ruin, np.inf if cap is None else cap)
    # A loss below 1e-12 of the stake bounds nothing that a broker would lend.
    return float(bound) if bound < 1e12 else 1.0


def log_optimal_rows(
    rows: NDArray[np.float64], bound: float, weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """
    Log-optimal stake of every row, by Newton's method inside a bracket, all rows at once.

    Parameters
    ----------
    rows : numpy.ndarray, shape (m, n)
        Returns; each row is one sample.
    bound : float
        Largest stake, the same for all rows.
    weights : numpy.ndarray, shape (m, n), optional
        Probabilities of the returns, at least 0 with a sum above 0 in every row; equal unless given.

    Returns
    -------
    numpy.ndarray, shape (m,)
        Stakes in [0, bound].
    """
    top = bound * (1.0 - 1e-12)
    stakes = np.zeros(len(rows))

    def mean(values: NDArray[np.float64], w: NDArray[np.float64] | None) -> NDArray[np.float64]:
        return values.mean(axis=1) if w is None else np.asarray((values * w).sum(axis=1) / w.sum(axis=1))

    # Growth is concave: no edge asks for 0, and a slope still rising at the bound asks for the bound.
    edge = mean(rows, weights)
    at = np.flatnonzero(edge > 0.0)
    # A mean that is zero but for the rounding of its sum is no edge.
    at = at[edge[at] > _ROUNDING * mean(np.abs(rows[at]), None if weights is None else weights[at])]
    left, w = rows[at], None if weights is None else weights[at]
    beyond = mean(left / (1.0 + top * left), w) >= 0.0
    stakes[at[beyond]] = bound
    at, left, w = at[~beyond], left[~beyond], None if w is None else w[~beyond]
    low, high = np.zeros(len(left)), np.full(len(left), top)
    f = np.full(len(left), 0.5 * bound)
    if len(left):
        f = np.minimum(f, mean(left, w) / mean(np.square(left), w))
    for _ in range(_STEPS):
        if not len(left):
            break
        score = left / (1.0 + f[:, None] * left)
        slope = mean(score, w)
        low, high = np.where(slope > 0.0, f, low), np.where(slope > 0.0, high, f)
        newton = f + slope / mean(np.square(score, out=score), w)
        # Newton's step where it stays inside the bracket, else the bracket's middle.
        after = np.where((newton > low) & (newton < high), newton, 0.5 * (low + high))
        done = np.abs(after - f) <= 1e-12 * bound + 1e-11 * np.abs(f)
        stakes[at[done]] = after[done]
        at, left, w = at[~done], left[~done], None if w is None else w[~done]
        f, low, high = after[~done], low[~done], high[~done]
    stakes[at] = f
    return stakes
