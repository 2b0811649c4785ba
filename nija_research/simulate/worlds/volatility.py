"""
Volatility that clusters: GARCH(1,1) and GJR with normal or Student-t shocks, from parameters or fitted.

The variance of a bar is known before it, so a policy may be told it without any look-ahead. Stands on: `world`,
`moments`, `noise`, `returns`, `errors`, `units`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.checks import choice, not_negative
from nija_research.simulate.worlds.arrays import GARCH, WorldArrays
from nija_research.simulate.worlds.calendar import Calendar, calendar_of
from nija_research.simulate.worlds.costs import Costs, costs_of
from nija_research.simulate.worlds.market import true_market
from nija_research.simulate.worlds.moments import LAGS, Moments
from nija_research.simulate.worlds.noise import noise_law
from nija_research.simulate.worlds.returns import book_of
from nija_research.simulate.worlds.world import World
from nija_research.units import finite, positive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nija_research.simulate.worlds.returns import Returns

__all__ = ["garch", "garch_fit"]

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
    told: Literal["volatility", "none"] = "volatility",
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
    told : {"volatility", "none"}, optional
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
    choice("told", told, ("volatility", "none"))
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
    bins = BINS if told == "volatility" else 1
    width = (np.log(variance * _HIGHEST**2) - low) / bins
    middle = np.exp(low + width * (np.arange(bins) + 0.5)) if bins > 1 else np.array([variance])
    shape = f"GJR({alpha:g}, {gamma:g}, {beta:g})" if gamma else f"GARCH({alpha:g}, {beta:g})"
    said = "the bar's volatility, which is known before it" if bins > 1 else "the long-run volatility"
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
        f"the policy is told {said}",
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
        squares=one * np.power(p, np.arange(LAGS), dtype=np.float64),
    )


def garch_fit(
    returns: Returns,
    *,
    gjr: bool = False,
    weights: Sequence[float] | None = None,
    told: Literal["volatility", "none"] = "volatility",
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
    told : {"volatility", "none"}, optional
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
    found = model.fit(disp="off", show_warning=False)
    if found.convergence_flag != 0:
        raise ParameterError(f"the GARCH fit to {n} returns did not converge. Use bootstrap(returns) instead.")
    values = found.params
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
        told=told,
        costs=costs,
        calendar=book.calendar,
    )
    return replace(world, source=f"fitted to {book.words}, long-run variance theirs: {world.source}")
