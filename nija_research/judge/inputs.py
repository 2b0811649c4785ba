"""What claims are judged on: trades, prices, level of intervals, and the seed of whatever is drawn."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nija_research.errors import ParameterError
from nija_research.units import share

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Evidence"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
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
