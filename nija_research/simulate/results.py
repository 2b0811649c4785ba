"""
What many paths of one policy came to, path by path, without the paths themselves.

Arrays have one entry a path, in the order of paths. Growth, depth and volatility are of unit value (flow adjusted: a
payout is neither a loss nor a drawdown); money in the account's currency; rates per year by the world's calendar.
Estimates with their errors are `metrics`'.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nija_research.errors import ParameterError
from nija_research.policy import Policy
from nija_research.simulate.worlds.world import World

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Matched", "SimulationResult", "Trace"]

#: What a run keeps of a path unless told otherwise, as the kernel names it.
COLUMNS = (
    *("trading", "preserved", "locked", "chest", "operating", "withdrawn", "profit", "unit", "peak", "level"),
    *("milestone", "max_drawdown", "squared_depth", "under_water", "longest_spell", "losing_run"),
    *("caution", "warning", "danger", "halt", "halts", "days_stopped", "weeks_stopped", "trades", "staked"),
    *("sum_return", "sum_square", "lowest", "alive", "highest", "short", "siphoned", "returned"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """
    One path in full.

    Attributes
    ----------
    path : int
        Its number.
    states : pandas.DataFrame, shape (horizon + 1, state fields)
        The account at the start and after every step.
    trades : pandas.DataFrame, shape (horizon, 2)
        stake (money) and earned (return per unit staked) of every step.
    """

    path: int
    states: pd.DataFrame
    trades: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matched:
    """
    How a run's stakes were scaled to a figure; errors must hold it, since the scale rests on the same paths.

    Attributes
    ----------
    to : str
        The measure that was met.
    goal : float or ndarray, shape (n_paths,)
        Its value, or the measure of the reference's paths.
    slopes : dict of str to float
        By measure, its change for a change of `to` when the scale moves.
    """

    to: str
    goal: float | NDArray[np.float64]
    slopes: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulationResult:
    """
    Summaries of the paths of one policy in one world.

    Attributes
    ----------
    policy : Policy
        The policy.
    world : World
        The world.
    n_paths, horizon : int
        Paths, and steps of each.
    base, current : float
        Base capital and equity at the start, money.
    scale : float
        What every stake was multiplied with, before caps.
    ruin : float
        Share of the opening equity that counts as ruin.
    target : float or None
        Equity that a path aims at, money.
    first : int
        Number of its first path.
    key : int
        Of the random numbers; runs with the same key met the same paths.
    columns : dict of str to ndarray, shape (n_paths,)
        What the kernel left of each path, by the names of `COLUMNS`.
    traces : tuple of Trace
        The paths asked for in full.
    matched : Matched or None
        How `match` scaled it.
    """

    policy: Policy
    world: World
    n_paths: int
    horizon: int
    base: float
    current: float
    scale: float
    ruin: float
    target: float | None
    first: int
    key: int
    columns: dict[str, NDArray[np.float64]] = field(repr=False)
    traces: tuple[Trace, ...] = field(default=(), repr=False)
    matched: Matched | None = field(default=None, repr=False)

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return a column the kernel left, by name."""
        if name not in self.columns:
            raise ParameterError(f"this run did not keep {name!r}; it kept {', '.join(self.columns)}.")
        return self.columns[name]

    @property
    def years(self) -> float:
        """Years that a path lasts."""
        return self.horizon / self.world.calendar.steps_per_year

    @property
    def equity(self) -> NDArray[np.float64]:
        """Everything the account owns at the end, money."""
        return self["trading"] + self["preserved"] + self["locked"] + self["chest"] + self["operating"]

    @property
    def growth(self) -> NDArray[np.float64]:
        """Growth rate of unit value, nats a year; minus infinity for a path that lost everything."""
        with np.errstate(divide="ignore"):
            return np.log(self["unit"] * (self.base / self.current)) / self.years

    @property
    def max_drawdown(self) -> NDArray[np.float64]:
        """
        Deepest loss from the peak, the start included, share of the peak.

        Base capital counts as an earlier peak, as it does for protection levels: an account that opens below base opens
        in drawdown, and no path's figure is less than that depth.
        """
        return self["max_drawdown"]

    @property
    def ulcer_index(self) -> NDArray[np.float64]:
        """Root of the mean squared depth, share; below a peak as in `max_drawdown`."""
        return np.sqrt(self["squared_depth"] / self.horizon)

    @property
    def volatility(self) -> NDArray[np.float64]:
        """Standard deviation (n - 1) of the account's returns, a year; not known (NaN) of a single step."""
        if self.horizon == 1:
            return np.full(self.n_paths, np.nan)
        mean = self["sum_return"] / self.horizon
        variance = (self["sum_square"] - self.horizon * mean**2) / (self.horizon - 1)
        return np.sqrt(np.maximum(variance, 0.0) * self.world.calendar.steps_per_year)

    @property
    def time_under_water(self) -> NDArray[np.float64]:
        """Share of the steps that ended below the peak; base capital counts as one, as in `max_drawdown`."""
        return self["under_water"] / self.horizon

    @property
    def lowest(self) -> NDArray[np.float64]:
        """Lowest unit value, as a share of the opening one."""
        return self["lowest"] * (self.base / self.current)

    @property
    def time_to_ruin(self) -> NDArray[np.float64]:
        """Step (from 1) at which ruin was first reached; infinite for a path that never was."""
        return np.where(self["alive"] < self.horizon, self["alive"] + 1.0, np.inf)

    @property
    def time_to_target(self) -> NDArray[np.float64]:
        """Step (from 1) at which the target was first reached, 0 at the start; infinite where it never was."""
        if self.target is None:
            raise ParameterError("this run had no target. Pass target= to simulate.run.")
        late = np.where(self["short"] < self.horizon, self["short"] + 1.0, np.inf)
        return np.where(self.current >= self.target, 0.0, late)

    def levels(self) -> pd.DataFrame:
        """Return the share of steps sized at each protection level, one row a path."""
        import pandas as pd

        reached = [np.full(self.n_paths, float(self.horizon))]
        reached += [self[name] for name in ("caution", "warning", "danger", "halt")] + [np.zeros(self.n_paths)]
        names = ("NORMAL", "CAUTION", "WARNING", "DANGER", "HALT")
        return pd.DataFrame({n: (reached[i] - reached[i + 1]) / self.horizon for i, n in enumerate(names)})

    def frame(self) -> pd.DataFrame:
        """Return everything the run kept of its paths, one row a path."""
        import pandas as pd

        return pd.DataFrame(self.columns)
