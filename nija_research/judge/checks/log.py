"""
`log`: statements about one's own trade log, with the interval that the log supports.

``nija claims --register mine.toml --trades my.csv``. Without a log the verdict says so. Stands on: `forms`,
`log_figures`, `region`, `verdict`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from nija_research.errors import ParameterError
from nija_research.judge.checks.forms import STRICT
from nija_research.judge.checks.log_figures import UNITS, Figure, LogQuantity, figure_of
from nija_research.judge.evidence import Evidence
from nija_research.judge.region import Region, Relation, number, region
from nija_research.judge.verdict import INCONCLUSIVE, NOT_TESTABLE, Finding
from nija_research.units import share

__all__ = ["Log", "log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """
    What is stated of the trades.

    Attributes
    ----------
    quantity : str
        One of `log_figures.UNITS`, which has the unit of each.
    relation, value, digits, within
        As in a part.
    symbol : str or None
        Only trades of this symbol.
    stake : float
        Share of equity put on each trade, for growth and drawdown; 1 is all of it.
    """

    __pydantic_config__ = STRICT

    quantity: LogQuantity
    relation: Relation
    value: float | list[float]
    digits: int | None = None
    within: float | None = None
    symbol: str | None = None
    stake: float = 1.0

    def __post_init__(self) -> None:
        self.region()
        if share("stake", self.stake) == 0.0:
            raise ParameterError("stake must be above 0: write 10 % of equity as 0.10")

    def region(self) -> Region:
        """Return the values that the claim allows."""
        unit = UNITS[self.quantity]
        return region(self.relation, self.value, unit=unit, digits=self.digits, within=self.within)


def log(form: Log, evidence: Evidence) -> Finding:
    """
    Judge a statement about a trade log.

    Parameters
    ----------
    form : Log
        The statement.
    evidence : Evidence
        The log, the level of intervals and the seed of resamples.

    Returns
    -------
    Finding
        Supported or refuted where the whole interval says so; `years_needed` where it does not, if the log has times.
    """
    stated = form.region()
    if evidence.trades is None:
        return _none(stated, "No trade log was given. Missing: --trades FILE.", "A trade log: --trades FILE.")
    trades = evidence.trades
    if form.symbol is not None:
        trades = trades[trades["symbol"] == form.symbol]
    if not len(trades):
        which = f" of {form.symbol}" if form.symbol else ""
        return _none(stated, f"The log has no trade{which}. Missing: trades{which}.", f"Trades{which}.")
    figure = figure_of(trades, form.quantity, stake=form.stake, level=evidence.level, rng=evidence.rng)
    if figure.missing:
        return _none(stated, f"{figure.words} Missing: {figure.missing}.", f"The log with {figure.missing}.")
    if figure.found is None or figure.low is None or figure.high is None:
        return Finding(
            verdict=INCONCLUSIVE, stated=stated.words, found=figure.found, unit=UNITS[form.quantity],
            reason=figure.words, change="More trades.",
        )  # fmt: skip
    verdict = stated.verdict(figure.low, figure.high)
    low, high = (x if math.isfinite(x) else None for x in (figure.low, figure.high))
    years = _years(figure, stated) if verdict == INCONCLUSIVE else None
    exact = figure.low == figure.high
    return Finding(
        verdict=verdict,
        stated=stated.words,
        found=figure.found,
        low=None if exact else low,
        high=None if exact else high,
        level=figure.level,
        unit=UNITS[form.quantity],
        stated_low=stated.ends[0],
        stated_high=stated.ends[1],
        reason=_sentence(figure, form),
        change="More trades." if years is None else f"About {number(float(f'{years:.2g}'))} years of such trades.",
        years_needed=years,
    )


def _none(stated: Region, reason: str, change: str) -> Finding:
    return Finding(verdict=NOT_TESTABLE, stated=stated.words, reason=reason, change=change)


def _sentence(figure: Figure, form: Log) -> str:
    unit = f" {UNITS[form.quantity]}".rstrip()
    found, low, high = (number(float(f"{x:.4g}")) if math.isfinite(x) else "no end" for x in _three(figure))
    of = "" if form.quantity == "trades" else f" of {figure.n} trades"
    words = f"{form.quantity[0].upper()}{form.quantity[1:]}{of}: {found}{unit}"
    if figure.low != figure.high:
        level = f"{100 * figure.level:g} % interval" if figure.level is not None else "resampled in blocks"
        words += f", {level} {low} to {high}"
    return f"{words}. {figure.words}".rstrip()


def _three(figure: Figure) -> tuple[float, float, float]:
    ends = figure.found, figure.low, figure.high
    found, low, high = (math.nan if x is None else x for x in ends)
    return found, low, high


def _years(figure: Figure, stated: Region) -> float | None:
    """Years at which an interval that narrows with the root of time no longer reaches the claim's nearest edge."""
    found, low, high = _three(figure)
    edges = [edge for edge in (stated.low, stated.high) if math.isfinite(edge)]
    edge = min(edges, key=lambda e: abs(e - found))
    half = found - low if edge < found else high - found
    if figure.years is None or figure.level is None or edge == found or not math.isfinite(half):
        return None
    return figure.years * (half / (edge - found)) ** 2
