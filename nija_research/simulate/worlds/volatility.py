"""
Worlds whose volatility clusters: regime switching with known truth, and GARCH from parameters or fitted.

A hidden Markov chain of market states with normal or Student-t returns; GARCH(1,1) and GJR with normal or Student-t
shocks. What the policy knows before a bar is a setting. The variance of a GARCH bar is known before it, so a policy may
be given it without any look-ahead; a chain's own state is hindsight, and named so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.regime import regime_index
from nija_research.simulate.worlds.generator import GARCH, REGIMES, WorldArrays
from nija_research.simulate.worlds.market import UNKNOWN_REGIME, Market, true_market
from nija_research.simulate.worlds.noise import noise_law
from nija_research.simulate.worlds.returns import Costs, book_of, costs_of, finite_array
from nija_research.simulate.worlds.world import LAGS, Calendar, Moments, World, calendar_of, mixture_moments
from nija_research.units import EDGE, choice, finite, not_negative, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nija_research.simulate.worlds.returns import Returns

__all__ = ["garch", "garch_fit", "regime_switching"]

_KNOWN = {"none": 0, "truth": 1, "lagged": 2}
_SENTENCES = {
    "none": "the policy is told no regime",
    "truth": "the policy is told the bar's own regime: hindsight",
    "lagged": "the policy is told the regime of the bar before",
}


def regime_switching(
    means: ArrayLike,
    sds: ArrayLike,
    transition: ArrayLike,
    *,
    df: float | None = None,
    labels: Sequence[str] | None = None,
    market_state: Literal["none", "truth", "lagged"] = "lagged",
    costs: Costs | None = None,
    calendar: Calendar | None = None,
) -> World:
    """
    Make a world that switches between market states.

    Parameters
    ----------
    means, sds : array_like, shape (states,)
        Mean and standard deviation of a step in each state, shares of notional.
    transition : array_like, shape (states, states)
        Row i: chances of the next step's state after state i.
    df : float, optional
        Degrees of freedom of Student-t returns, above 2, scaled to the sds; normal unless given.
    labels : sequence of str, shape (states,), optional
        Name of each state as `policy.MarketRegime` has them; UNKNOWN unless given, so that a policy's regime shares do
        not act.
    market_state : {"lagged", "truth", "none"}, optional
        What the policy knows before a bar. "lagged": the state of the bar before, and mean and volatility of what
        follows it; nothing but the long run before the first. "truth": the bar's own state. "none": the long run.
    costs : Costs, optional
        None unless given.
    calendar : Calendar, optional
        One step a day unless given.

    Returns
    -------
    World
        Starts in the stationary law, so that every step has the same moments.

    Raises
    ------
    ParameterError
        If the shapes differ, a row of `transition` does not add up to 1, the chain has no single stationary law, or a
        number is out of range.

    Notes
    -----
    Squares remember: ``cov(x0**2, xk**2) = p' D P**k D 1 - (p' D 1)**2`` with p the stationary law, P the transitions
    and D the states' second moments about the mean [1]_.

    References
    ----------
    .. [1] Timmermann, A. (2000). Moments of Markov switching models. Journal of Econometrics 96.

    Examples
    --------
    >>> world = regime_switching([0.001, -0.002], [0.01, 0.03], [[0.98, 0.02], [0.06, 0.94]])
    >>> round(world.moments.mean, 6)
    0.00025
    """
    choice("market_state", market_state, _KNOWN)
    costs, calendar = costs_of(costs), calendar_of(calendar)
    gross, spread = finite_array("means", means, 1), finite_array("sds", sds, 1)
    move = finite_array("transition", transition, 2)
    k = len(gross)
    if k == 0 or spread.shape != (k,) or move.shape != (k, k):
        raise ParameterError(
            f"means and sds must have one entry a state and transition (states, states); "
            f"got {gross.shape}, {spread.shape}, {move.shape}."
        )
    if (spread < 0.0).any():
        raise ParameterError(f"sds must not be negative, got {spread.tolist()}.")
    if (move < 0.0).any() or (np.abs(move.sum(axis=1) - 1.0) > EDGE).any():
        raise ParameterError(f"each row of transition must be chances that add up to 1, got {move.tolist()}.")
    stationary = stationary_law(move)
    mean, sd = costs.net(gross), costs.leverage * spread
    scale, noise, law = noise_law(df)
    moments = mixture_moments(stationary, move, mean, sd, noise)
    if labels is not None and len(labels) != k:
        raise ParameterError(f"labels must have one entry a state ({k}), got {len(labels)}.")
    regimes = [UNKNOWN_REGIME] * k if labels is None else [regime_index(label) for label in labels]
    numbers = [k, _KNOWN[market_state], 0.0 if df is None else df]
    for part in (np.cumsum(stationary), np.cumsum(move, axis=1), mean, sd * scale):
        numbers.extend(part.ravel().tolist())
    return World(
        name="regime switching",
        arrays=WorldArrays.of(REGIMES, numbers),
        market=_market_rows(market_state, mean, sd, move, regimes, (moments.mean, moments.sd), calendar),
        calendar=calendar,
        moments=moments,
        source=f"Markov chain of {k} states with {law} returns{costs.words()}; {_SENTENCES[market_state]}",
    )


def _market_rows(
    market_state: str,
    mean: NDArray[np.float64],
    sd: NDArray[np.float64],
    move: NDArray[np.float64],
    regimes: list[int],
    long_run: tuple[float, float],
    calendar: Calendar,
) -> Market:
    """Market rows: the states' own moments, or those of the step after each state and last the long run's."""
    if market_state == "none":
        return true_market([long_run[0]], [long_run[1]], calendar)
    if market_state == "truth":
        return true_market(mean, sd, calendar, regimes)
    ahead = move @ mean
    spread = np.sqrt(np.maximum(move @ (mean**2 + sd**2) - ahead**2, 0.0))
    return true_market(
        np.append(ahead, long_run[0]), np.append(spread, long_run[1]), calendar, [*regimes, UNKNOWN_REGIME]
    )


def stationary_law(transition: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return the chances (states,) of each state in the long run.

    Raises
    ------
    ParameterError
        If there is more than one such law: the chain falls apart into parts that never meet.
    """
    k = len(transition)
    system = np.vstack([transition.T - np.eye(k), np.ones(k)])
    if np.linalg.matrix_rank(system[:-1], tol=1e-12) < k - 1:
        raise ParameterError("transition must lead to one long run: two groups of its states never meet.")
    law = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0]
    law = np.clip(law, 0.0, 1.0)
    return np.asarray(law / law.sum())


#: Bins of volatility that a policy is told, evenly spaced in its logarithm: 5 % apart.
BINS = 64
_HIGHEST = 16.0  # times the long-run volatility; the last bin holds all above


def garch(
    *,
    omega: float,
    alpha: float,
    beta: float,
    mean: float = 0.0,
    gamma: float = 0.0,
    df: float | None = None,
    start: float | None = None,
    market_state: Literal["volatility", "none"] = "volatility",
    costs: Costs | None = None,
    calendar: Calendar | None = None,
) -> World:
    """
    Make a world of clustering volatility: ``h' = omega + (alpha + gamma 1[e < 0]) e**2 + beta h``.

    Parameters
    ----------
    omega : float
        Constant of the variance per step (shares squared), above 0.
    alpha, beta : float
        Weight of the last squared shock, and of the last variance; 0 or more.
    mean : float, optional
        Mean return per step, share of notional.
    gamma : float, optional
        Further weight of a squared loss (GJR [2]_), 0 or more; 0 is plain GARCH [1]_.
    df : float, optional
        Degrees of freedom of Student-t shocks, above 2; normal unless given.
    start : float, optional
        Volatility of the first step (share, per step). The long-run one unless given; then mean and sd hold from the
        first step on, kurtosis and memory of squares only after about ``1 / (1 - persistence)`` steps.
    market_state : {"volatility", "none"}, optional
        "volatility": before each bar the policy is told its volatility, as the middle of one of `BINS` bins evenly
        spaced in its logarithm, from the lowest volatility the process has to 16 times the long-run one. "none":
        the long-run volatility.
    costs : Costs, optional
        None unless given.
    calendar : Calendar, optional
        One step a day unless given.

    Returns
    -------
    World

    Raises
    ------
    ParameterError
        If a parameter is out of range, or ``alpha + gamma / 2 + beta`` reaches 1: no long-run variance.

    Notes
    -----
    With p = alpha + gamma/2 + beta, z the shock of unit variance and k its fourth moment, the variance is
    ``omega / (1 - p)``; the kurtosis exists where ``q = E[(alpha + gamma 1[z<0]) z**2 + beta]**2 < 1`` and is
    ``k (1 - p**2) / (1 - q)``; the autocorrelation of squares falls by p from lag to lag [3]_.

    References
    ----------
    .. [1] Bollerslev, T. (1986). Generalized autoregressive conditional heteroskedasticity. Journal of Econometrics 31.
    .. [2] Glosten, L. R., Jagannathan, R., Runkle, D. E. (1993). On the relation between the expected value and the
       volatility of the nominal excess return on stocks. Journal of Finance 48.
    .. [3] He, C., Terasvirta, T. (1999). Properties of moments of a family of GARCH processes. Journal of
       Econometrics 92.

    Examples
    --------
    >>> round(garch(omega=1e-6, alpha=0.05, beta=0.94).moments.sd, 6)
    0.01
    """
    choice("market_state", market_state, ("volatility", "none"))
    costs, calendar = costs_of(costs), calendar_of(calendar)
    omega = positive("omega", omega) * costs.leverage**2
    alpha, beta, gamma = not_negative("alpha", alpha), not_negative("beta", beta), not_negative("gamma", gamma)
    persistence = alpha + gamma / 2.0 + beta
    if persistence >= 1.0:
        raise ParameterError(
            f"alpha + gamma / 2 + beta must be below 1, got {persistence:g}: the variance has no long run."
        )
    scale, (odd, fourth), law = noise_law(df)
    net = float(costs.net(np.array([finite("mean", mean)]))[0])
    variance = omega / (1.0 - persistence)
    first = variance if start is None else (positive("start", start) * costs.leverage) ** 2
    low = np.log(omega / (1.0 - beta))
    bins = BINS if market_state == "volatility" else 1
    width = (np.log(variance * _HIGHEST**2) - low) / bins
    middle = np.exp(low + width * (np.arange(bins) + 0.5)) if bins > 1 else np.array([variance])
    shape = f"GJR({alpha:g}, {gamma:g}, {beta:g})" if gamma else f"GARCH({alpha:g}, {beta:g})"
    known = "the bar's volatility, which is known before it" if bins > 1 else "the long-run volatility"
    return World(
        name="garch",
        arrays=WorldArrays.of(
            GARCH,
            [net, omega, alpha, gamma, beta, first, 0.0 if df is None else df, scale, bins, low, 1.0 / width],
        ),
        market=true_market(np.full(bins, net), np.sqrt(middle), calendar),
        calendar=calendar,
        moments=_moments(net, omega, alpha, gamma, beta, odd, fourth),
        source=f"{shape} with {law} shocks, long-run sd {variance**0.5:.4g} a step{costs.words()}; "
        f"the policy is told {known}",
    )


def _moments(mean: float, omega: float, alpha: float, gamma: float, beta: float, odd: float, fourth: float) -> Moments:
    """Long-run moments; see `garch`."""
    p = alpha + gamma / 2.0 + beta
    h = omega / (1.0 - p)
    q = beta**2 + 2.0 * beta * (alpha + gamma / 2.0) + fourth * (alpha**2 + alpha * gamma + gamma**2 / 2.0)
    if not q < 1.0:
        # A symmetric shock that does not depend on h: the third moment is 0 wherever it exists, which q < 1 ensures.
        return Moments(mean=mean, sd=h**0.5)
    hh = omega**2 * (1.0 + p) / ((1.0 - p) * (1.0 - q))
    one = (omega * h + (fourth * (alpha + gamma / 2.0) + beta) * hh - h**2) / (fourth * hh - h**2)
    return Moments(
        mean=mean,
        sd=h**0.5,
        skewness=odd,
        kurtosis=fourth * hh / h**2 - 3.0,
        acf_squares=one * np.power(p, np.arange(LAGS), dtype=np.float64),
    )


def garch_fit(
    returns: Returns,
    *,
    gjr: bool = False,
    weights: Sequence[float] | None = None,
    market_state: Literal["volatility", "none"] = "volatility",
    costs: Costs | None = None,
    calendar: Calendar | None = None,
) -> World:
    """
    Make a GARCH world with Student-t shocks from the parameters that fit past returns best.

    The long-run variance is the sample's, as in variance targeting [2]_: near persistence 1 the likelihood leaves it
    open (20 years of the S&P 500 would be given a long-run volatility more than three times their own).

    Parameters
    ----------
    returns : array_like, Series or DataFrame, shape (n,) or (n, assets)
        Shares of notional in order, at least 100 rows.
    gjr : bool, optional
        Let losses weigh more than gains.
    weights : sequence of float, shape (assets,), optional
        Share of the stake in each asset; equal unless given.
    market_state : {"volatility", "none"}, optional
        As in `garch`.
    costs : Costs, optional
        None unless given.
    calendar : Calendar, optional
        A log's own mean pace where it has exit times, else one step a day.

    Returns
    -------
    World
        Starts at the long-run volatility.

    Raises
    ------
    ParameterError
        If there are too few returns, they do not vary, the fit does not converge, or its volatility has no long run.

    References
    ----------
    .. [1] Sheppard, K. arch: autoregressive conditional heteroskedasticity models in Python.
    .. [2] Francq, C., Horvath, L., Zakoian, J.-M. (2011). Merits and drawbacks of variance targeting in GARCH models.
       Journal of Financial Econometrics 9.
    """
    from arch import arch_model

    book = book_of(returns, weights=weights, calendar=calendar)
    n = len(book.net)
    if n < 100:
        raise ParameterError(f"returns must hold at least 100 rows for a GARCH fit, got {n}.")
    spread = float(book.net.std())
    if np.ptp(book.net) == 0.0:  # not the spread: that of a constant is rounding
        raise ParameterError("returns do not vary: there is no volatility to fit.")
    # In units of the sample's sd, where the optimiser is at home; parameters are taken back below.
    model = arch_model(book.net / spread, mean="Constant", vol="GARCH", p=1, o=int(gjr), q=1, dist="t", rescale=False)
    fitted = model.fit(disp="off", show_warning=False)
    if fitted.convergence_flag != 0:
        raise ParameterError(f"the GARCH fit to {n} returns did not converge. Use bootstrap(returns) instead.")
    values = fitted.params
    persistence = values["alpha[1]"] + values["beta[1]"] + (values["gamma[1]"] / 2.0 if gjr else 0.0)
    if persistence >= 1.0:
        raise ParameterError(f"the fitted volatility has no long run (persistence {persistence:.4f}). Use bootstrap.")
    # An optimiser stops within rounding of its bounds, on either side.
    world = garch(
        omega=spread**2 * (1.0 - float(persistence)),
        alpha=max(0.0, float(values["alpha[1]"])),
        beta=max(0.0, float(values["beta[1]"])),
        gamma=max(0.0, float(values["gamma[1]"])) if gjr else 0.0,
        mean=float(values["mu"]) * spread,
        df=float(values["nu"]),
        market_state=market_state,
        costs=costs,
        calendar=book.calendar,
    )
    return replace(world, source=f"fitted to {book.words}, long-run variance theirs: {world.source}")
