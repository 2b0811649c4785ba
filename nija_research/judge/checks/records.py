"""
Statements that a record decides: `counts` of wins and losses, `citation` of a work, and `missing` data.

Only what a citation says about a work is judged: that the work exists makes nothing else in the sentence true.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Literal

from nija_research import estimate
from nija_research.errors import ParameterError
from nija_research.estimate.kelly.from_record import Totals, tightest_mean
from nija_research.judge.checks.exact import STRICT, contrast
from nija_research.judge.formula import render_note
from nija_research.judge.judging import JudgeInputs
from nija_research.judge.verdict import (
    INCONCLUSIVE,
    NOT_TESTABLE,
    REFUTED,
    SUPPORTED,
    Finding,
    Region,
    Relation,
    number,
    region,
)

__all__ = ["Citation", "Counts", "Missing", "Record", "citation", "counts", "missing"]

Quantity = Literal["printed rate", "win rate", "mean profit", "Kelly stake"]
_UNIT = {"printed rate": "%", "win rate": "%", "mean profit": "USD per trade", "Kelly stake": "of equity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Wins, losses and, where it is printed, the net profit of one bot."""

    __pydantic_config__ = STRICT

    wins: int
    losses: int
    pnl: float | None = None

    def __post_init__(self) -> None:
        if self.wins < 0 or self.losses < 0 or self.wins + self.losses == 0:
            raise ParameterError("wins and losses must be counts of at least one trade")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """
    Records, and what is stated of them; several count as one.

    Attributes
    ----------
    records : list of Record
        As printed.
    quantity : str
        ``printed rate``: the share of wins in the record itself, %. ``win rate``: the true one, %. ``mean profit``:
        the true mean profit a trade, of records that print only totals. ``Kelly stake``: share of equity.
    relation, value, digits, within
        As in a part.
    note : str
        Added to the reason; ``{expression:digits}`` is computed from wins, losses and trades
        of all records, and wins1, losses1, ... of each.
    """

    __pydantic_config__ = STRICT

    records: list[Record]
    quantity: Quantity
    relation: Relation
    value: float | list[float]
    digits: int | None = None
    within: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.records:
            raise ParameterError("records must hold at least one record")
        if self.quantity == "mean profit" and any(record.pnl is None for record in self.records):
            raise ParameterError("the mean profit needs the pnl of every record")
        self.region()
        render_note(self.note, self.numbers())

    def region(self) -> Region:
        """Return the values that the claim allows."""
        unit = _UNIT[self.quantity]
        return region(self.relation, self.value, unit=unit, digits=self.digits, within=self.within)

    def totals(self) -> tuple[int, int]:
        """Return all wins and losses."""
        return sum(r.wins for r in self.records), sum(r.losses for r in self.records)

    def numbers(self) -> dict[str, float]:
        """Return what a note may compute with."""
        wins, losses = self.totals()
        each = {f"wins{i}": float(r.wins) for i, r in enumerate(self.records, 1)}
        each |= {f"losses{i}": float(r.losses) for i, r in enumerate(self.records, 1)}
        return {"wins": wins, "losses": losses, "trades": wins + losses, **each}


def counts(form: Counts, inputs: JudgeInputs) -> Finding:
    """
    Judge what a record can show.

    Parameters
    ----------
    form : Counts
        The records and the statement.
    inputs : JudgeInputs
        Its level.

    Returns
    -------
    Finding
        A rate is judged by its exact interval; a mean profit known from totals alone can be refuted or supported by
        nothing, and says how near the best case comes.
    """
    decide = {"printed rate": _printed, "win rate": _rate, "mean profit": _profit, "Kelly stake": _kelly}[form.quantity]
    finding = decide(form, inputs.level)
    reason = " ".join(filter(None, (finding.reason, render_note(form.note, form.numbers()))))
    low, high = form.region().ends
    return replace(finding, reason=reason, unit=_UNIT[form.quantity], stated_low=low, stated_high=high)


def _printed(form: Counts, level: float) -> Finding:
    wins, losses = form.totals()
    n, stated = wins + losses, form.region()
    rate, fits = 100.0 * wins / n, estimate.wilson(wins, n, level=level)
    holds = stated.holds(rate)
    words = f"{wins} wins in {n} trades are {number(rate, 2)} %" + ("" if holds else f", {contrast(stated)}")
    return Finding(
        verdict=SUPPORTED if holds else REFUTED, stated=stated.words, found=rate,
        low=100.0 * fits.low, high=100.0 * fits.high, level=level,
        reason=f"{words}. {_fits(fits.low, fits.high, level)}",
        change="Other counts.",
    )  # fmt: skip


def _rate(form: Counts, level: float) -> Finding:
    wins, losses = form.totals()
    n, stated = wins + losses, form.region()
    rate, ends = wins / n, estimate.clopper_pearson(wins, n, level=level)
    verdict = stated.verdict(100.0 * ends.low, 100.0 * ends.high)
    words = f"{wins} wins in {n} trades are {number(100.0 * rate, 1)} %. {_fits(ends.low, ends.high, level)}"
    change = "More trades."
    edge = _nearest(stated, 100.0 * rate) / 100.0
    if verdict == INCONCLUSIVE and 0.0 < edge < 1.0 and 0.0 < rate < 1.0 and edge != rate:
        needed = estimate.trades_to_detect(rate, edge)
        change = f"About {needed:,} trades, if the rate stays at {number(100.0 * rate, 1)} %."
        words += f" Telling it from {number(100.0 * edge)} % takes about {needed:,} trades."
    return Finding(
        verdict=verdict, stated=stated.words, found=100.0 * rate, low=100.0 * ends.low,
        high=100.0 * ends.high, level=level, reason=words, change=change,
    )  # fmt: skip


def _profit(form: Counts, level: float) -> Finding:
    stated = form.region()
    best = tightest_mean([Totals(r.wins, r.losses, r.pnl or 0.0) for r in form.records], level=level)
    n = sum(form.totals())
    open_ = stated.verdict(best.low, best.high) == INCONCLUSIVE
    reason = (
        f"{n} trades made {number(best.value * n, 2)} USD. With the steadiest trades that fit the printed totals the "
        f"mean is {number(best.value, 2)} USD a trade, {100 * level:g} % interval {number(best.low, 2)} to "
        f"{number(best.high, 2)}"
    )
    edge = number(_nearest(stated, best.value))
    reason += f"; whatever the trades were, {edge} is not ruled out." if open_ else "; the real trades may be wilder."
    return Finding(
        verdict=INCONCLUSIVE, stated=stated.words, found=best.value, low=best.low, high=best.high,
        level=None, reason=reason, change="The single trades, and more of them.",
    )  # fmt: skip


def _kelly(form: Counts, level: float) -> Finding:
    wins, losses = form.totals()
    stated = form.region()
    printed = [r.pnl for r in form.records]
    pnl = None if None in printed else math.fsum(p or 0.0 for p in printed)
    stake = estimate.kelly_from_record(wins, losses, pnl, level=level)
    low, high = stake.interval
    # A range of payoffs that all fit is not an interval: inside it nothing has been found.
    verdict = stated.verdict(low, high) if stake.identified else INCONCLUSIVE
    return Finding(
        verdict=verdict, stated=stated.words, found=stake.fraction, low=low, high=high,
        level=level if stake.identified else None, reason=stake.why,
        change="The profit of each trade.",
    )  # fmt: skip


def _fits(low: float, high: float, level: float) -> str:
    return f"Any true rate from {number(100.0 * low, 1)} % to {number(100.0 * high, 1)} % fits ({100 * level:g} %)."


def _nearest(stated: Region, value: float) -> float:
    ends = [end for end in (stated.low, stated.high) if math.isfinite(end)]
    return min(ends, key=lambda end: abs(end - value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """
    What a statement says of a work, and what the work says of itself.

    Attributes
    ----------
    stated : dict of str to str
        Facts by name, such as author, year, title.
    reference : dict of str to str
        The same facts as published; every stated one must be here.
    where : str
        The whole reference as a reader would look it up, DOI or ISBN included.
    note : str
        Added to the reason, such as what the work does not say.
    """

    __pydantic_config__ = STRICT

    stated: dict[str, str]
    reference: dict[str, str]
    where: str
    note: str = field(default="")

    def __post_init__(self) -> None:
        if not self.stated:
            raise ParameterError("stated must hold at least one fact")
        if lacking := sorted(set(self.stated) - set(self.reference)):
            raise ParameterError(f"reference must hold every stated fact; it has no {lacking[0]!r}")


def citation(form: Citation, inputs: JudgeInputs) -> Finding:
    """
    Judge a citation: supported if every stated fact is the reference's, letter case and punctuation aside.

    Parameters
    ----------
    form : Citation
        What is stated, and the reference.
    inputs : JudgeInputs
        Not read.

    Returns
    -------
    Finding
        Its number is that of the facts that agree.
    """
    del inputs
    wrong = [name for name, words in form.stated.items() if _plain(words) != _plain(form.reference[name])]
    n, right = len(form.stated), len(form.stated) - len(wrong)
    if wrong:
        name = wrong[0]
        sentence = f"The {name} is {form.reference[name]}, not {form.stated[name]}: {form.where}."
    else:
        sentence = f"{_list(list(form.stated))} {'is' if n == 1 else 'are'} right: {form.where}."
    return Finding(
        verdict=REFUTED if wrong else SUPPORTED,
        stated=f"= {n} facts" if n > 1 else "= 1 fact",
        found=float(right),
        unit="facts" if n > 1 else "fact",
        reason=" ".join(filter(None, (sentence, form.note))),
        change="Another work, or other facts about this one.",
        details=tuple(
            {"fact": name, "stated": words, "published": form.reference[name], "holds": name not in wrong}
            for name, words in form.stated.items()
        ),
    )


def _plain(words: str) -> str:
    folded = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9]+", folded))


def _list(names: list[str]) -> str:
    words = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"{words[0].upper()}{words[1:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """
    What a test of a claim would need.

    Attributes
    ----------
    stated : str
        What the claim states.
    needs : str
        What is missing, such as "the 14 trades with their times and profits".
    why : str
        Why it cannot be decided without.
    """

    __pydantic_config__ = STRICT

    stated: str
    needs: str
    why: str

    def __post_init__(self) -> None:
        if not self.needs.strip() or not self.why.strip():
            raise ParameterError("needs and why must both say something")


def missing(form: Missing, inputs: JudgeInputs) -> Finding:
    """
    Say what is missing to judge a claim.

    Parameters
    ----------
    form : Missing
        The words.
    inputs : JudgeInputs
        Not read.

    Returns
    -------
    Finding
    """
    del inputs
    return Finding(
        verdict=NOT_TESTABLE,
        stated=form.stated,
        reason=f"{form.why} Missing: {form.needs}.",
        change=f"{form.needs[0].upper()}{form.needs[1:]}.",
    )
