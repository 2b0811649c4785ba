"""
Column names: which column of a stranger's file is which of ours.

Names are compared without case, spaces, punctuation and bracketed units. A name that fits two columns is asked
for, never guessed. Nothing here reads cells. Stands on: `errors`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from nija_research.errors import DataError, ParameterError

__all__ = ["CANONICAL", "describe_missing", "match_columns", "plain_name"]

#: Columns of the canonical table, in order; `risk` follows when the source has it.
CANONICAL = (
    "trade_id",
    "symbol",
    "side",
    "quantity",
    "entry_time",
    "exit_time",
    "entry_price",
    "exit_price",
    "stake",
    "fee",
    "funding",
    "gross_pnl",
    "net_pnl",
    "return",
)


def plain_name(name: str) -> str:
    """
    Reduce a column name to what is compared.

    Parameters
    ----------
    name : str
        As it stands in a file.

    Returns
    -------
    str
        Lower case letters, digits and ``%``; a bracketed unit is dropped unless it is ``(%)``.

    Examples
    --------
    >>> plain_name("Net Profit (USDT)"), plain_name("Profit (%)")
    ('netprofit', 'profit%')
    """
    bare = re.sub(r"[(\[<][^)\]>%]*[)\]>]", "", name) or name
    return re.sub(r"[^a-z0-9%]", "", bare.lower())


def match_columns(
    header: Sequence[str],
    synonyms: Mapping[str, Sequence[str]],
    given: Mapping[str, str] | None,
    source: str,
) -> dict[str, str]:
    """
    Find our columns in a header.

    Parameters
    ----------
    header : sequence of str
        The file's column names.
    synonyms : mapping of str to sequence of str
        For each of our names the plain names it goes by; our own name need not be listed.
    given : mapping of str to str, optional
        Our name to the file's name, as the user said. Overrides recognition.
    source : str
        Name of the file, for messages.

    Returns
    -------
    dict of str to str
        Our name to the file's name, for the columns found.

    Raises
    ------
    ParameterError
        If `given` names a column that is not one of ours.
    DataError
        If `given` names a column that the file does not have, or two columns fit one name.
    """
    found: dict[str, str] = {}
    for ours, theirs in (given or {}).items():
        if ours not in synonyms:
            raise ParameterError(f"columns must map from {', '.join(synonyms)}, got {ours!r}.")
        if theirs not in header:
            raise DataError(f"{source}: {describe_missing(str(theirs), header)}")
        found[ours] = theirs
    free = [name for name in header if name not in found.values()]
    for ours, names in synonyms.items():
        if ours in found:
            continue
        own = [name for name in free if plain_name(name) == plain_name(ours)]
        fits = own or [name for name in free if plain_name(name) in names]
        if len(fits) > 1:
            both = " and ".join(map(repr, fits))
            raise DataError(
                f"{source}: columns {both} can each be {ours}. Say which with columns={{{ours!r}: {fits[0]!r}}}."
            )
        if fits:
            found[ours] = fits[0]
            free.remove(fits[0])
    return found


def describe_missing(name: str, header: Iterable[str]) -> str:
    """
    Say that a column is missing, what there is, and what comes nearest.

    Parameters
    ----------
    name : str
        The column that was wanted.
    header : iterable of str
        The file's column names.

    Returns
    -------
    str
        One sentence, without the file's name.
    """
    has = list(header)
    plain = {plain_name(column): column for column in has}
    near = difflib.get_close_matches(plain_name(name), list(plain), n=1)
    nearest = f"; nearest {plain[near[0]]!r}" if near else ""
    return f"column {name!r} is missing (has: {', '.join(has)}{nearest})."
