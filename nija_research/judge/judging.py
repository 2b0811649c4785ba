"""
Judge a register: every claim with a verdict and the number that decided it.

Claims that repeat one another are judged once. The primary comparisons are one family: Holm's method keeps the chance
that any of their verdicts is false at 5 %.

What claims are judged on, and the findings that are kept between runs.

The same check of the same form on the same inputs is not run again while the sources of the floors below and of this
one are what they were; prose, the report and the explorers do not count. Findings are JSON files, each with a hash of
itself: one that was cut or damaged is not read. Nothing is pickled.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nija_research.errors import ParameterError
from nija_research.judge.checks import findings
from nija_research.judge.register import KINDS, Claim, Register, load_register
from nija_research.judge.verdict import INCONCLUSIVE, REFUTED, SUPPORTED, VERDICTS, Finding, number
from nija_research.places import suite
from nija_research.sources import cache_folder
from nija_research.units import share

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "ERROR",
    "JudgeInputs",
    "JudgedClaim",
    "Verdicts",
    "after_holm",
    "calibration_counts",
    "family_of",
    "get",
    "judge_claims",
    "key_of",
    "put",
    "verdicts",
]

_T = TypeVar("_T")
_FLOORS = ("data", "estimate", "strategy", "policy", "engines", "simulate", "judge")
_LIBRARIES = ("numpy", "scipy", "pandas", "arch")


@dataclass(frozen=True, kw_only=True, eq=False)
class JudgeInputs:
    """
    Data and settings that every check is given.

    Attributes
    ----------
    trades : pandas.DataFrame or None
        A canonical trade log, for claims about one's own trades.
    prices : pandas.DataFrame or None
        Daily prices of the market that policies are compared in; the bundled S&P 500 unless given.
    level : float
        Confidence level of intervals.
    rng : int
        Seed.

    Raises
    ------
    ParameterError
        If the level is not inside (0.5, 1) or the seed is no whole number.
    """

    trades: pd.DataFrame | None = field(default=None, repr=False)
    prices: pd.DataFrame | None = field(default=None, repr=False)
    level: float = 0.95
    rng: int = 1

    def __post_init__(self) -> None:
        if not 0.5 < share("level", self.level) < 1.0:
            raise ParameterError(f"level must lie between 0.5 and 1, got {self.level!r}. Write 95 % as 0.95.")
        if isinstance(self.rng, bool) or not isinstance(self.rng, int) or self.rng < 0:
            raise ParameterError(f"rng must be a whole number of 0 or more, got {self.rng!r}.")

    @functools.cached_property
    def digest(self) -> str:
        """Hash of all of it."""
        import pandas as pd

        whole = hashlib.sha256(f"{self.level!r} {self.rng!r}".encode())
        for table in (self.trades, self.prices):
            whole.update(b"-" if table is None else pd.util.hash_pandas_object(table, index=True).to_numpy().tobytes())
            words = () if table is None else (*table.columns, table.attrs.get("source", ""))
            whole.update(" ".join(map(str, words)).encode())
        return whole.hexdigest()


def key_of(check: str, form: Mapping[str, Any], digest: str) -> str:
    """Return the name of what a check finds for a form on inputs with this hash."""
    content = json.dumps([_versions(), check, form, digest], sort_keys=True, default=str)
    return _digest(content)


def get(key: str, read: Callable[[Any], _T]) -> _T | None:
    """Return what `read` makes of the finding under a key, or None where there is none that can be read."""
    folder = _folder()
    if folder is None:
        return None
    try:
        digest, text = (folder / f"{key}.json").read_text(encoding="utf-8").split("\n", 1)
        if digest != _digest(text):
            return None
        return read(json.loads(text))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def put(key: str, finding: Mapping[str, Any]) -> None:
    """Keep a finding, plain values, under a key; where no folder can be written it is made again next time."""
    folder = _folder()
    if folder is None:
        return
    try:
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            text = json.dumps(finding)
            file.write(f"{_digest(text)}\n{text}")
        os.replace(name, folder / f"{key}.json")
    except OSError:
        return


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _folder() -> Path | None:
    root = cache_folder(*(f"nija_research.{floor}" for floor in _FLOORS))
    if root is None:
        return None
    folder = root / "findings"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return folder


@functools.cache
def _versions() -> list[str]:
    return [version(name) for name in _LIBRARIES]


#: Columns of `verdicts`.
COLUMNS = ("id", "kind", "verdict", "stated", "found", "low", "high", "reason", "years_needed")
#: Chance of any false verdict in the family, at most.
ERROR = 0.05
_NUMBERS = ("found", "low", "high", "years_needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedClaim:
    """A claim and what was found."""

    claim: Claim
    finding: Finding

    def to_dict(self) -> dict[str, Any]:
        """Return both as plain values, the columns of `verdicts` first."""
        claim, finding = self.claim, self.finding.to_dict()
        whole = {"id": claim.id, "kind": claim.kind, **finding}
        rest = {"document": claim.document, "quote": claim.quote, "says": claim.says, "check": claim.check}
        first = {name: whole.pop(name) for name in COLUMNS}
        return {**first, **whole, **rest, "same_as": claim.same_as, "primary": claim.primary}

    def texts(self) -> tuple[str, str]:
        """Return what was found, with its unit, and its interval as a reader writes them; empty where there is none."""
        finding = self.finding
        unit = f" {finding.unit}" if finding.unit else ""
        open_ended = finding.found is not None and finding.years_needed is not None
        exact = finding.low is None and finding.high is None and not open_ended
        number_text = "" if finding.found is None else f"{_short(finding.found, exact)}{unit}"
        if exact:
            return number_text, ""
        low, high = (None if x is None else _short(x, exact) for x in (finding.low, finding.high))
        return number_text, f"{low or 'no end'} to {high or 'no end'}" if low or high else "no bounds"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """
    Judged claims.

    Attributes
    ----------
    claims : tuple of JudgedClaim
        In the order of the register.
    """

    claims: tuple[JudgedClaim, ...] = field(repr=False)

    def __iter__(self) -> Iterator[JudgedClaim]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def __getitem__(self, id: str) -> JudgedClaim:  # noqa: A002
        """Return the judged claim with this id."""
        for one in self.claims:
            if one.claim.id == id:
                return one
        raise ParameterError(f"{id!r} was not judged.")

    def summary(self) -> dict[str, int]:
        """Return how many claims have each verdict, every one named."""
        given = [one.finding.verdict for one in self.claims]
        return {verdict: given.count(verdict) for verdict in VERDICTS}

    def to_frame(self) -> pd.DataFrame:
        """
        Return a row a claim.

        Returns
        -------
        pandas.DataFrame
            The columns of `verdicts`; the rest of claim and finding; and `shown`, what was found as a reader writes
            it, with its interval in brackets.
        """
        import pandas as pd

        rows = [{**one.to_dict(), "shown": _shown(*one.texts())} for one in self.claims]
        return pd.DataFrame(rows).astype(dict.fromkeys(_NUMBERS, float)) if rows else pd.DataFrame(columns=COLUMNS)


def verdicts(
    register: Register | None = None,
    *,
    ids: Iterable[str] | None = None,
    kind: str | None = None,
    inputs: JudgeInputs | None = None,
) -> pd.DataFrame:
    """
    Judge claims.

    Parameters
    ----------
    register : Register, optional
        The suite's own unless given.
    ids : iterable of str, optional
        Only these claims.
    kind : str, optional
        Only claims of this kind.
    inputs : JudgeInputs, optional
        Data, level and seed.

    Returns
    -------
    pandas.DataFrame
        One row a claim: id, kind, verdict, stated (text), found, low, high (floats in the unit of `stated`, NaN for
        none), reason, years_needed (float, NaN for none).

    Raises
    ------
    ParameterError
        If there is no such claim or kind.
    """
    return judge_claims(register, ids=ids, kind=kind, inputs=inputs).to_frame()[list(COLUMNS)]


def judge_claims(
    register: Register | None = None,
    *,
    ids: Iterable[str] | None = None,
    kind: str | None = None,
    inputs: JudgeInputs | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Verdicts:
    """
    Judge claims, with everything that was found.

    Parameters
    ----------
    register, ids, kind, inputs
        As in `verdicts`.
    progress : callable, optional
        Told what is being judged.

    Returns
    -------
    Verdicts
    """
    register = load_register() if register is None else register
    inputs = JudgeInputs() if inputs is None else inputs
    asked_for = _chosen(register, None if ids is None else list(ids), kind)
    names = {claim.same_as or claim.id for claim in asked_for}
    family = family_of(register)
    if not any(claim.id in names for claim in family):
        family = []
    # The whole family is judged even where one of it is asked for, so that its verdict does not depend on the question.
    claims = list({claim.id: claim for claim in (*asked_for, *family)}.values())
    keys = {claim.id: key_of(claim.check, claim.form, inputs.digest) for claim in claims}
    done = {key: finding for key in set(keys.values()) if (finding := get(key, Finding.of)) is not None}
    todo: dict[str, dict[str, Claim]] = {}  # one claim of each finding that is not there, by check and key
    for claim in claims:
        if keys[claim.id] not in done:
            todo.setdefault(claim.check, {}).setdefault(keys[claim.id], claim)
    for check, asked in todo.items():
        progress(f"{check}: {len(asked)} claims")
        try:
            new = findings(check, {one.id: one.statement for one in asked.values()}, inputs)
        except ParameterError as fault:
            raise ParameterError(f"{register.file}: {fault}") from None
        for key, finding in zip(asked, new, strict=True):
            put(key, finding.to_dict())
            done[key] = finding
    done |= after_holm({keys[claim.id]: done[keys[claim.id]] for claim in family})
    return Verdicts(tuple(JudgedClaim(claim=claim, finding=done[keys[claim.id]]) for claim in asked_for))


def family_of(claims: Iterable[Claim]) -> list[Claim]:
    """Return the primary claims that compare policies, repeats left out."""
    return [claim for claim in claims if claim.primary and claim.check == "comparison" and claim.same_as is None]


def after_holm(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """
    Correct the findings of a family by Holm's method [1]_.

    Parameters
    ----------
    findings : mapping of str to Finding
        The family, by any name. Those without a p-value, which no history decided, are no part of it.

    Returns
    -------
    dict of str to Finding
        With `p_adjusted`; inconclusive where a verdict does not hold at `ERROR` over the whole family.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
       Statistics 6.
    """
    tested = {name: finding.p for name, finding in findings.items() if finding.p is not None}
    if not tested:
        return dict(findings)
    from statsmodels.stats.multitest import multipletests

    adjusted = multipletests(list(tested.values()), method="holm")[1].tolist()
    corrected = {name: _corrected(findings[name], p, len(tested)) for name, p in zip(tested, adjusted, strict=True)}
    return {**findings, **corrected}


def _corrected(finding: Finding, p: float, n: int) -> Finding:
    words = f"p {p:.2g} after Holm over the {n} primary comparisons that a history decides."
    if finding.verdict in (SUPPORTED, REFUTED) and p > ERROR:
        alone = f"Alone it would be {finding.verdict}."
        return replace(finding, verdict=INCONCLUSIVE, p_adjusted=p, reason=f"{finding.reason} {alone} {words}")
    return replace(finding, p_adjusted=p, reason=f"{finding.reason} {words}")


def calibration_counts() -> pd.DataFrame:
    """
    Read how often verdicts fell, as `make calibrate` counted them.

    Returns
    -------
    pandas.DataFrame
        Columns pair, place, world, years, histories, supported, refuted.
    """
    import pandas as pd

    return pd.read_csv(suite() / "data" / "calibration.csv")


def _chosen(register: Register, ids: list[str] | None, kind: str | None) -> list[Claim]:
    if kind is not None and kind not in KINDS:
        raise ParameterError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}.")
    chosen = list(register) if not ids else [register[name] for name in dict.fromkeys(ids)]
    return [claim for claim in chosen if kind is None or claim.kind == kind]


def _short(value: float, exact: bool) -> str:
    """Write a number; one that has an interval has no more than three digits that mean something."""
    return number(value if exact else float(f"{value:.3g}"))


def _shown(found: str, interval: str) -> str:
    return f"{found} ({interval})" if found and interval else found or interval
