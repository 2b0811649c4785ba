"""
What was found of a promise: world by world, and over all.

Nothing here computes; `judging` does. Stands on: nothing of this package.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Judgement", "WorldJudgement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldJudgement:
    """
    A promise in one world.

    Attributes
    ----------
    name : str
        The world.
    found, low, high : float
        The relation and where it may lie; NaN where it does not exist, infinite where nothing bounds it.
    level : float
        Of the interval: of the data's sampling error in "history", of Monte Carlo error elsewhere.
    verdict : str
        "supported" where the interval lies inside what is stated, "refuted" where outside, else "inconclusive"; "not
        testable" where the relation does not exist.
    p : float
        In "history": one-sided p-value of the verdict, read off the interval; see `Decision`. NaN elsewhere.
    why : str
        What the world is, why there is no relation, or why a sign is certain.
    """

    name: str
    found: float
    low: float
    high: float
    level: float
    verdict: str
    p: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """
    A promise over all its worlds.

    Attributes
    ----------
    verdict : str
        See `judging.overall`.
    found, low, high, level : float
        Of the world that speaks first: the history, where it is one of them.
    nominal : float or None
        Level at which the interval may be called a confidence interval; None where its coverage was not within 3
        points of it in worlds that it was not tuned in.
    coverage : str
        What is known of how often such an interval holds.
    reason : str
        One sentence.
    years_needed : float or None
        Years of daily data that would decide, if the width of the interval falls with their root and the estimate
        stays; None where the verdict is known, or no data would decide.
    p : float
        Of the history; NaN where it is not one of the worlds.
    n : int
        Bars of data.
    past : float
        The relation on the history itself, stretches of it as they were: one path or a few, no expectation.
    worlds : tuple of WorldJudgement
        The primary worlds in the order of `promise.WORLDS`.
    """

    verdict: str
    found: float
    low: float
    high: float
    level: float
    nominal: float | None
    coverage: str
    reason: str
    years_needed: float | None
    p: float
    n: int
    past: float
    worlds: tuple[WorldJudgement, ...]

    def frame(self) -> pd.DataFrame:
        """Return the worlds, one a row."""
        import pandas as pd

        return pd.DataFrame([asdict(world) for world in self.worlds]).set_index("name")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: None for what is not finite."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
