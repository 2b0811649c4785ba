"""
Regime share: how much of the size each market regime allows.

``share = shares[regime]``, a multiplier of the base size. Naming the regime is the work of `estimate.regimes`, which
holds the names too. A regime that is not known is never given more than 1.

000, "Regime-Based Allocation": "MarketRegime.BULL_TRENDING: 1.2,    # 120% allocation in bull markets".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.estimate.regimes.series import LABELS, UNKNOWN, MarketRegime
from nija_research.units import not_negative, share

__all__ = ["UNKNOWN", "MarketRegime", "RegimeArrays", "RegimeShares", "regime_index", "regime_share"]

#: Above 10 times the base size a multiplier can only be a percentage.
HIGHEST_SHARE = 10.0


class RegimeArrays(NamedTuple):
    """What the compiled rule reads: the five printed regimes in order, then UNKNOWN."""

    share: tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeShares:
    """
    Size multiplier of every regime.

    Attributes
    ----------
    bull_trending, bear_trending, ranging, volatile, crisis : float
        Multipliers of the base size, 0 or more.
    unknown : float
        Multiplier while no regime is known, in [0, 1].
    """

    bull_trending: float = 1.2  # 000, "Regime-Based Allocation"
    bear_trending: float = 0.6
    ranging: float = 0.8
    volatile: float = 0.7
    crisis: float = 0.3
    unknown: float = 1.0  # not printed: no information, no change

    def __post_init__(self) -> None:
        for regime in MarketRegime:
            name = regime.lower()
            number = not_negative(name, getattr(self, name))
            if number > HIGHEST_SHARE:
                raise ParameterError(
                    f"{name} is a multiplier, at most {HIGHEST_SHARE:g}, got {number:g}: "
                    f"write {number:g} % as {number / 100:g}."
                )
        share("unknown", self.unknown)

    @classmethod
    def of(cls, allocations: Mapping[MarketRegime, float] | Mapping[str, float]) -> RegimeShares:
        """
        Return the shares of a printed ``regime_allocations`` mapping; regimes left out keep the printed ones.

        Parameters
        ----------
        allocations : Mapping
            Regime (member or name) to multiplier.

        Returns
        -------
        RegimeShares

        Raises
        ------
        ParameterError
            If a key is no regime or a multiplier is out of range.
        """
        names = (*(regime.lower() for regime in MarketRegime), "unknown")
        return cls(**{names[regime_index(key)]: value for key, value in allocations.items()})

    @property
    def multipliers(self) -> tuple[float, float, float, float, float, float]:
        """Multiplier of each regime in printed order, UNKNOWN last."""
        bull, bear, ranging, volatile, crisis, unknown = (float(getattr(self, name)) for name in self.__slots__)
        return bull, bear, ranging, volatile, crisis, unknown

    def arrays(self) -> RegimeArrays:
        """Return the settings as the compiled rule reads them."""
        return RegimeArrays(self.multipliers)


OFF = RegimeArrays((1.0,) * 6)


def regime_index(regime: MarketRegime | str) -> int:
    """
    Return the number of a regime: 0 to 4 in printed order, 5 for `UNKNOWN`.

    Parameters
    ----------
    regime : MarketRegime or str
        A member, its name, or "UNKNOWN".

    Returns
    -------
    int

    Raises
    ------
    ParameterError
        If there is no such regime; the message lists them.

    Examples
    --------
    >>> regime_index(MarketRegime.CRISIS)
    4
    """
    if isinstance(regime, str) and regime in LABELS:
        return LABELS.index(regime)
    raise ParameterError(f"regime must be one of {', '.join(LABELS)}; got {regime!r}.")


@rule
def regime_share(regime: float, shares: RegimeArrays) -> float:
    """Multiplier of the base size in regime number `regime`; every other number is UNKNOWN."""
    s = shares.share
    m = s[0] if regime == 0.0 else s[5]
    m = s[1] if regime == 1.0 else m
    m = s[2] if regime == 2.0 else m
    m = s[3] if regime == 3.0 else m
    return s[4] if regime == 4.0 else m
