"""
Permutation tests of a log: whether a trade says anything about the next, and whether stakes go with outcomes.

If trades do not depend on each other, every order of the same trades is as likely, so that the error rate is exact for
any payoffs. Returns are shares of the stake, money is in the account's currency. Nothing here sizes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nija_research.errors import ParameterError
from nija_research.estimate.kelly.formulas import log_optimal_rows, p_text, stake_bound
from nija_research.estimate.kelly.returns import as_returns, net_returns
from nija_research.rng import generator
from nija_research.units import count, positive

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RuleValue", "SerialDependence", "StakeWeighting", "rule_value", "serial_dependence", "stake_weighting"]

# Numbers permuted at once.
_CHUNK = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialDependence:
    """
    Whether the order of the trades carries information.

    Attributes
    ----------
    n : int
        Trades.
    after_win, after_loss : float or None
        Win rate of trades that follow a win, and of those that follow a loss; None where there are none.
    runs, expected_runs : float
        Runs of wins and of losses, and their mean over all orders.
    p_runs, p_autocorrelation : float
        Two-sided p-value of the number of runs, and p-value of the sum of squared autocorrelations of the returns.
    p_value : float
        Of both together, ``min(1, 2 min(p))``.
    lags : int
        Autocorrelations counted.
    why : str
        One sentence.
    """

    n: int
    after_win: float | None
    after_loss: float | None
    runs: int
    expected_runs: float
    p_runs: float
    p_autocorrelation: float
    p_value: float
    lags: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleValue:
    """
    Growth of a sizing rule that looks at past trades, against the same average stake without it.

    Attributes
    ----------
    growth, flat_growth : float
        Nats per trade with the rule, and at its average stake throughout.
    p_value : float
        Share of shuffled orders in which the rule gains at least as much.
    worth_testing : bool
        Whether the test of dependence allows the question at all.
    why : str
        One sentence.
    """

    growth: float
    flat_growth: float
    p_value: float
    worth_testing: bool
    why: str


def serial_dependence(
    returns: ArrayLike, *, lags: int = 5, draws: int = 1999, rng: int | np.random.Generator = 0
) -> SerialDependence:
    """
    Test whether the order of trades carries information.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, in order; overlapping trades depend on each other by construction, see `episodes`.
    lags : int, optional
        Autocorrelations to look at, at least 1.
    draws : int, optional
        Permutations, at least 99.
    rng : int or numpy.random.Generator, optional
        Seed.

    Returns
    -------
    SerialDependence
        With p-values of 1 where there are too few trades, or all won or all lost.

    Raises
    ------
    ParameterError
        If the returns are not finite or an argument is out of range.

    References
    ----------
    .. [1] Wald, A., Wolfowitz, J. (1940). On a test whether two samples are from the same population. Annals of
       Mathematical Statistics 11.
    .. [2] Ljung, G. M., Box, G. E. P. (1978). On a measure of lack of fit in time series models. Biometrika 65.

    Examples
    --------
    >>> serial_dependence([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0] * 6).p_value < 0.01
    True
    """
    r, lags, draws = net_returns(returns), count("lags", lags, low=1), count("draws", draws, low=99)
    n, won = len(r), r > 0.0
    runs = int((np.diff(won) != 0).sum()) + 1 if n else 0
    wins = int(won.sum())
    expected = 1.0 + 2.0 * wins * (n - wins) / n if n else 0.0
    p_runs = p_auto = 1.0
    if n >= 4 and 0 < wins < n:
        p_runs, p_auto = _permuted(r, runs, expected, min(lags, n - 2), draws, generator(rng))
    p_value = min(1.0, 2.0 * min(p_runs, p_auto))
    follows_win, follows_loss = won[1:][won[:-1]], won[1:][~won[:-1]]
    if p_value < 0.05:
        why = f"The order of the trades matters (p = {p_value:.3f}): a rule that looks back may be asked about."
    else:
        why = f"No dependence is seen in {n} trades (p = {p_value:.2f}): sizing by streaks has nothing to gain from."
    return SerialDependence(
        n=n,
        after_win=float(follows_win.mean()) if follows_win.size else None,
        after_loss=float(follows_loss.mean()) if follows_loss.size else None,
        runs=runs,
        expected_runs=expected,
        p_runs=p_runs,
        p_autocorrelation=p_auto,
        p_value=p_value,
        lags=lags,
        why=why,
    )


def rule_value(
    returns: ArrayLike,
    stake: float,
    rule: Callable[[NDArray[np.float64]], ArrayLike],
    *,
    draws: int = 999,
    rng: int | np.random.Generator = 0,
) -> RuleValue:
    """
    Growth that a rule looking at past trades adds, and whether shuffled trades add as much.

    Parameters
    ----------
    returns : array_like, shape (n,)
        Net returns per trade, in order.
    stake : float
        Base stake, above 0, in the unit of the returns.
    rule : callable
        Returns of shape (n,) to multipliers of the stake, shape (n,); entry t may use the trades before t only.
    draws : int, optional
        Shuffled orders.
    rng : int or numpy.random.Generator, optional
        Seed.

    Returns
    -------
    RuleValue
        With `worth_testing` False the gain is not to be used: `serial_dependence` saw no reason for one.

    Raises
    ------
    ParameterError
        If the rule looks at its own or a later trade, or an argument is out of range.
    """
    r, f = net_returns(returns), positive("stake", stake)
    _refuse_foresight(r, rule)
    tested = serial_dependence(r, rng=rng)
    gain, growth = _gain(r, f, rule)
    stream = generator(rng)
    shuffled = np.array([_gain(stream.permutation(r), f, rule)[0] for _ in range(draws)])
    p_value = (1 + int((shuffled >= gain - 1e-15).sum())) / (draws + 1)
    why = f"The rule {'adds' if gain > 0.0 else 'costs'} {abs(gain):.2e} nats a trade (p = {p_value:.2f}). {tested.why}"
    return RuleValue(
        growth=growth,
        flat_growth=growth - gain,
        p_value=p_value,
        worth_testing=tested.p_value < 0.05,
        why=why,
    )


def _permuted(
    r: NDArray[np.float64], runs: int, expected: float, lags: int, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    n, extreme_runs, extreme_auto = len(r), 0, 0
    centred = (r - r.mean()) / max(float(np.abs(r - r.mean()).max()), 1e-300)
    observed = _portmanteau(centred[None, :], lags)[0]
    size = max(1, _CHUNK // n)
    for start in range(0, draws, size):
        rows = rng.permuted(np.broadcast_to(np.arange(n), (min(size, draws - start), n)), axis=1)
        won = (r > 0.0)[rows]
        count = (won[:, 1:] != won[:, :-1]).sum(axis=1) + 1
        extreme_runs += int((np.abs(count - expected) >= abs(runs - expected) - 1e-9).sum())
        extreme_auto += int((_portmanteau(centred[rows], lags) >= observed * (1.0 - 1e-12)).sum())
    return (1 + extreme_runs) / (draws + 1), (1 + extreme_auto) / (draws + 1)


def _portmanteau(rows: NDArray[np.float64], lags: int) -> NDArray[np.float64]:
    n = rows.shape[1]
    parts = [(rows[:, k:] * rows[:, :-k]).sum(axis=1) ** 2 / (n - k) for k in range(1, lags + 1)]
    return np.asarray(sum(parts))


def _gain(
    r: NDArray[np.float64], stake: float, rule: Callable[[NDArray[np.float64]], ArrayLike]
) -> tuple[float, float]:
    sizes = stake * np.asarray(rule(r), dtype=np.float64)
    if sizes.shape != r.shape or not np.isfinite(sizes).all() or (1.0 + sizes * r <= 0.0).any():
        raise ParameterError("rule must give a finite multiplier a trade, and no stake that ends the account.")
    growth = float(np.log1p(sizes * r).mean())
    return growth - float(np.log1p(sizes.mean() * r).mean()), growth


def _refuse_foresight(r: NDArray[np.float64], rule: Callable[[NDArray[np.float64]], ArrayLike]) -> None:
    base = np.asarray(rule(r), dtype=np.float64)
    for t in {0, len(r) // 3, len(r) // 2, len(r) - 1} if len(r) else set():
        other = r.copy()
        other[t:] = -other[t:]
        if not np.array_equal(np.asarray(rule(other), dtype=np.float64)[: t + 1], base[: t + 1]):
            raise ParameterError(f"rule sizes trade {t + 1} or one before it by what happens later: it looks ahead.")


# Shuffles of the stakes over the trades, for the question whether their size goes with the outcome.
_SHUFFLES = 1999


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeWeighting:
    """
    The same trades weighted equally and by stake.

    Attributes
    ----------
    n : int
        Trades with a known stake.
    equal_mean, weighted_mean : float
        Mean return per trade, and P&L over all money staked.
    pnl : float
        Net profit of the account over these trades.
    equal_kelly, sized_kelly : float
        Log-optimal stake from the returns alone, and the average stake when the sizes vary as they did (per unit of
        the stake's notional, at least 0).
    contradicts : bool
        True where the average trade wins and the account loses, or the other way round.
    p_value : float
        Two-sided probability, over shuffled stakes, of a difference between the two means at least this large.
    why : str
        One sentence.
    """

    n: int
    equal_mean: float
    weighted_mean: float
    pnl: float
    equal_kelly: float
    sized_kelly: float
    contradicts: bool
    p_value: float
    why: str


def stake_weighting(trades: pd.DataFrame, *, rng: int | np.random.Generator = 0) -> StakeWeighting:
    """
    Compare what the average trade made with what the account made.

    Parameters
    ----------
    trades : pandas.DataFrame
        The canonical table with `stake` and `return` (or `net_pnl`).
    rng : int or numpy.random.Generator, optional
        Seed of the shuffles.

    Returns
    -------
    StakeWeighting

    Raises
    ------
    ParameterError
        If there is no trade, or a stake or a return is missing, or no stake is above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({"stake": [100.0] * 9 + [2000.0], "return": [0.02] * 9 + [-0.03]})
    >>> both = stake_weighting(log)
    >>> round(both.equal_mean, 4), round(both.pnl, 2), both.contradicts
    (0.015, -42.0, True)
    """
    stake, r = _columns(trades)
    n, pnl = len(r), float((stake * r).sum())
    equal, weighted = float(r.mean()), pnl / float(stake.sum())
    sized = r * stake / stake.mean()
    stream = generator(rng)
    shuffled = np.array([stream.permutation(stake) @ r for _ in range(_SHUFFLES)]) / stake.sum()
    gap = abs(weighted - equal)
    p_value = (1 + int((np.abs(shuffled - equal) >= gap - 1e-15).sum())) / (_SHUFFLES + 1)
    contradicts = equal * pnl < 0.0
    return StakeWeighting(
        n=n,
        equal_mean=equal,
        weighted_mean=weighted,
        pnl=pnl,
        equal_kelly=_kelly(r),
        sized_kelly=_kelly(sized),
        contradicts=contradicts,
        p_value=p_value,
        why=_sentence(n, equal, weighted, pnl, contradicts, p_value),
    )


def _columns(trades: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    if "stake" not in trades.columns:
        raise ParameterError("trades need a column 'stake' to weigh them by what was staked.")
    stake = as_returns(trades["stake"].to_numpy(dtype=np.float64, na_value=np.nan))
    if "return" in trades.columns:
        r = as_returns(trades["return"].to_numpy(dtype=np.float64, na_value=np.nan))
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            r = as_returns(trades["net_pnl"].to_numpy(dtype=np.float64) / stake)
    if not len(r):
        raise ParameterError("trades must hold at least one closed trade, got none.")
    if (stake < 0.0).any() or not (stake > 0.0).any():
        raise ParameterError("stakes must be at least 0, and one of them above it.")
    return stake, r


def _kelly(r: np.ndarray) -> float:
    if r.min() >= 0.0:
        return 0.0 if r.max() <= 0.0 else float("inf")
    return float(log_optimal_rows(r[None, :], stake_bound(r, None))[0])


def _sentence(n: int, equal: float, weighted: float, pnl: float, contradicts: bool, p_value: float) -> str:
    means = f"equally weighted the {n} trades returned {equal:+.4f}, weighted by stake {weighted:+.4f}"
    if contradicts and pnl < 0.0:
        text = f"The average trade wins and the account loses ({pnl:+,.2f}): {means}"
    elif contradicts:
        text = f"The average trade loses and the account wins ({pnl:+,.2f}): {means}"
    else:
        text = f"{means[0].upper()}{means[1:]}"
    sizes = "larger stakes went with worse trades" if weighted < equal else "larger stakes went with better trades"
    if p_value < 0.05:
        text += f"; {sizes} more than chance explains (p {'= ' * (p_value >= 0.001)}{p_text(p_value)})"
    elif contradicts:
        text += f"; chance alone gives such a gap with probability {p_value:.2f}"
    return text + "."
