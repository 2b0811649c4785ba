"""
The register: claims of documents as records of a TOML file, checked whole.

`Claim` is one statement in a form that a machine can decide; `load_register` reads a file of them. Every fault of a
file comes in one error that names file, claim, key, wanted and got. Nothing here judges.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nija_research.errors import DataError, ParameterError
from nija_research.judge.checks import CHECKS, form_of
from nija_research.places import suite

__all__ = ["KINDS", "Claim", "Register", "load_register"]

#: What decides a claim: a calculation, two statements side by side, the rules as they run, what n trades can show, a
#: comparison with a baseline, or nothing that the document gives.
KINDS = ("arithmetic", "consistency", "behaviour", "evidence", "comparative", "unsourced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    One statement.

    Attributes
    ----------
    id : str
        Unique in its register, such as ``S3-62``.
    document : str
        Key of the document that it stands in.
    quote : str
        The document's words, exactly.
    kind : str
        One of `KINDS`.
    says : str
        What the words are taken to say, in one sentence.
    check : str
        Name of the check that decides it; see `checks.CHECKS`.
    form : mapping
        What the check reads: quantity, relation, value, unit, baseline, ...; plain values.
    statement : object
        The form as the check takes it, read once.
    same_as : str or None
        The claim that this one repeats; kind, says, check and form are that one's.
    primary : bool
        Whether it belongs to the few that a plan stands or falls with; a claim that repeats one does not.
    """

    id: str
    document: str
    quote: str
    kind: str
    says: str
    check: str
    form: Mapping[str, Any] = field(default_factory=dict)
    statement: Any = field(default=None, repr=False, compare=False)
    same_as: str | None = None
    primary: bool = False


_REPEATED = ("id", "document", "quote", "same_as")
_WHOLE = ("id", "document", "quote", "kind", "says", "check")
_MORE = ("form", "primary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """
    Claims of some documents.

    Attributes
    ----------
    file : Path
        Where they stand.
    documents : dict of str to str
        Title of each document by its key.
    claims : tuple of Claim
        In the order of the file.
    """

    file: Path
    documents: dict[str, str]
    claims: tuple[Claim, ...] = field(repr=False)

    def __getitem__(self, id: str) -> Claim:  # noqa: A002
        """Return the claim with this id."""
        for claim in self.claims:
            if claim.id == id:
                return claim
        raise ParameterError(f"{self.file.name} has no claim {id!r}.")

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def changed(self, id: str, **form: Any) -> Register:  # noqa: A002
        """
        Return the register with other values in the form of one claim, and of those that repeat it.

        Parameters
        ----------
        id : str
            The claim.
        **form
            Values by key of the form.

        Returns
        -------
        Register

        Raises
        ------
        ParameterError
            If there is no such claim, or its check does not take the values.
        """
        claim = self[id]
        mine = claim.same_as or id
        new = {**claim.form, **form}
        other = {"form": new, "statement": form_of(claim.check, new)}
        return replace(self, claims=tuple(replace(c, **other) if mine in (c.id, c.same_as) else c for c in self.claims))


def load_register(path: str | Path | None = None) -> Register:
    """
    Read and check a register.

    Parameters
    ----------
    path : str or pathlib.Path, optional
        A TOML file with a table ``[documents]`` of titles and ``[[claim]]`` tables of id, document, quote, kind, says,
        check and form, or of id, document, quote and ``same_as``; the suite's own ``data/claims.toml`` unless given.
        The suite's own has a table ``[code]`` of pieces of printed code too, and a form whose ``code`` is a list of
        their names is given the pieces in that order. No other file may hold code.

    Returns
    -------
    Register

    Raises
    ------
    DataError
        If the file cannot be read or says anything it must not; lists every fault.

    Examples
    --------
    >>> load_register()["S3-62"].kind
    'arithmetic'
    """
    own = suite() / "data" / "claims.toml"
    path = own if path is None else Path(path)
    content = _read(path)
    documents, records = content.pop("documents", {}), content.pop("claim", [])
    pieces = content.pop("code", {}) if path.resolve() == own.resolve() else None
    faults = [f"{key}: unknown; a register has [documents] and [[claim]]" for key in content]
    if not isinstance(documents, dict):
        faults.append(f"documents: wanted a table of texts, got {documents!r}")
        documents = {}
    faults += [f"documents.{k}: wanted text, got {v!r}" for k, v in documents.items() if not isinstance(v, str)]
    if not isinstance(records, list) or not records or not all(isinstance(record, dict) for record in records):
        faults.append("claim: wanted [[claim]] tables, at least one")
        records = []
    claims: dict[str, Claim] = {}
    broken: set[str] = set()
    for i, record in enumerate(records, 1):
        name = record["id"] if isinstance(record.get("id"), str) and record["id"] else f"claim {i}"
        claim, wrong = _claim(record, documents, pieces, claims, broken)
        if claim is not None:
            claims[name] = claim
        else:
            broken.add(name)
        faults += [f"{name}: {fault}" for fault in wrong]
    if faults:
        raise DataError(f"{path}: " + "\n  ".join(faults))
    return Register(file=path, documents=documents, claims=tuple(claims.values()))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path}: no such register.") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise DataError(f"{path}: cannot be read: {getattr(fault, 'strerror', None) or 'not UTF-8 text'}.") from None
    except tomllib.TOMLDecodeError as fault:
        raise DataError(f"{path}: not TOML: {fault}.") from None


def _claim(
    record: dict[str, Any], documents: dict[str, str], pieces: dict[str, str] | None, before: dict[str, Claim],
    broken: set[str],
) -> tuple[Claim | None, list[str]]:  # fmt: skip
    """Return the claim of a record, None where it or the one that it repeats is broken, and what is wrong with it."""
    repeats = record.get("same_as")
    if faults := _faults(record, documents, before, broken):
        return None, faults
    if repeats is not None:
        return None if repeats in broken else replace(before[repeats], primary=False, **record), []
    if record["check"] == "printed" and pieces is None:
        return None, ["check: 'printed' runs code, which only the suite's own register may hold"]
    form = dict(record.get("form", {}))
    if record["check"] == "rule":
        form.setdefault("function", record["id"])
    try:
        if isinstance(form.get("code"), list):
            form["code"] = "\n".join((pieces or {})[name] for name in form["code"])
        return Claim(**{**record, "form": form, "statement": form_of(record["check"], form)}), []
    except KeyError as name:
        return None, [f"form: code: {name} is not in [code] ({', '.join(pieces or {}) or 'none'})"]
    except ParameterError as fault:
        return None, [f"form: {fault}"]


def _faults(record: dict[str, Any], documents: dict[str, str], before: dict[str, Claim], broken: set[str]) -> list[str]:
    texts, more = (_REPEATED, ()) if "same_as" in record else (_WHOLE, _MORE)
    wanted = {*texts, *more}
    faults = [f"{key}: unknown; wanted {', '.join(sorted(wanted))}" for key in record if key not in wanted]
    for key in texts:
        if key not in record:
            faults.append(f"{key}: missing")
        elif not isinstance(record[key], str) or not record[key].strip():
            faults.append(f"{key}: wanted text, got {record[key]!r}")
    if faults:
        return faults
    if record["id"] in before or record["id"] in broken:
        faults.append("id: given twice")
    if record["document"] not in documents:
        known = ", ".join(documents) or "none"
        faults.append(f"document: {record['document']!r} is not in [documents] ({known})")
    if "same_as" in record:
        other = before.get(record["same_as"])
        if record["same_as"] not in broken and (other is None or other.same_as is not None):
            faults.append(f"same_as: {record['same_as']!r} must be a claim above that repeats none itself")
        return faults
    if record["kind"] not in KINDS:
        faults.append(f"kind: wanted one of {', '.join(KINDS)}; got {record['kind']!r}")
    if not isinstance(record.get("primary", False), bool):
        faults.append(f"primary: wanted true or false, got {record['primary']!r}")
    if not isinstance(record.get("form", {}), dict):
        faults.append(f"form: wanted a table, got {record['form']!r}")
    if record["check"] not in CHECKS:
        faults.append(f"check: wanted one of {', '.join(CHECKS)}; got {record['check']!r}")
    return faults
