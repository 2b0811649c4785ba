"""
The average trade against the account: equal-weighted and stake-weighted truth of one log.

Returns are shares of the stake, money is in the account's currency. A bot that stakes more on its losers can have
an average trade that wins and an account that loses; Kelly from equal-weighted returns then answers for a bot that
was not run. Stands on: `kelly`, `errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.estimate.kelly import as_returns, log_optimal_rows, stake_bound
from nija_research.estimate.seeds import generator

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StakeWeighting", "stake_weighting"]

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
    >>> found = stake_weighting(log)
    >>> round(found.equal_mean, 4), round(found.pnl, 2), found.contradicts
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
        text += f"; {sizes} more than chance explains (p {'< .001' if p_value < 0.001 else f'= {p_value:.3f}'})"
    elif contradicts:
        text += f"; chance alone gives such a gap with probability {p_value:.2f}"
    return text + "."
