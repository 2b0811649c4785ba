"""
Many siphons on the same paths: account, chest, payouts and the whole under each, side by side.

`sweep_siphons` is to siphons what `simulate.sweep` is to sizing rules; its draws are the same ones (same world, seed
and path number), its rules too, and it also knows how the *parts* fared. Growth is of the total, everything that was
earned wherever it lies now; money in the account's currency, rates per year by the world's calendar. Costs are paired
differences on common random numbers, so that their intervals are far narrower than those of the figures themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nija_research.compiled import LANES
from nija_research.errors import ParameterError
from nija_research.interval import Interval
from nija_research.policy import Policy
from nija_research.policy.fields import owners
from nija_research.policy.specialisation import ANY, Specialisation, specialisation_of
from nija_research.policy.state import State
from nija_research.simulate.checks import named_policies, names_of, numbers_of, one_world
from nija_research.simulate.market_state import market_state_of
from nija_research.simulate.metrics import mean, probability, quantile
from nija_research.simulate.path_stats import PathStats
from nija_research.simulate.rng import Seed
from nija_research.simulate.runner import default_paths, paths_for, run_config
from nija_research.simulate.siphon.setups import basic_siphon, siphon_grid
from nija_research.simulate.worlds.world import World
from nija_research.units import EDGE, count, positive, share

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "SiphonRun", "compare", "growth_cost", "rate_grid", "sweep_siphons", "time_to_target"]

#: Paths unless told otherwise.
PATHS = 2_000

#: Sizes of the chest that one run can time.
TARGETS = 3

#: What may be asked of a run: of the counts of the whole account, the kernel for siphons has the deepest depth alone.
KEPT = (*State._fields, "max_drawdown", *(name for name, owner in owners(PathStats).items() if owner.flag == "parts"))

_NONE = Specialisation(*(None,) * len(Specialisation._fields))
_RULES = ("stake", "cushion", "compounding", "milestones", "war_chest", "profit_split")
_PARTS = ("by_kelly", "compounds", "of_balance", "basis", "settlement")
#: A kernel for the rules that move profit, all others off: more than twice as fast as the one for any policy.
SIPHONS = _NONE._replace(
    **dict.fromkeys([*_RULES, *_PARTS], True), **dict.fromkeys(["kelly", "runs", "profit", "clock", "parts"], 1.0)
)

#: What is kept of a path unless told otherwise.
COLUMNS = (
    *("trading", "preserved", "locked", "chest", "operating", "withdrawn", "profit", "max_drawdown"),
    *("least_trading", "lowest_unit", "best_chest", "chest_depth", "waited_0", "waited_1", "waited_2"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiphonRun:
    """
    One policy's paths; arrays have one entry a path.

    Attributes
    ----------
    policy : Policy
        The policy.
    world : World
        The world.
    n_paths, horizon, key : int
        Paths, steps of each, and the key of their random numbers: runs with the same three met the same paths.
    base : float
        Opening capital, money.
    ruin : float
        Share of the opening capital that counts as ruin.
    targets : tuple of float
        Sizes of the chest whose first reaching was timed, money.
    columns : dict of str to ndarray, shape (n_paths,)
        What was kept.
    """

    policy: Policy
    world: World
    n_paths: int
    horizon: int
    key: int
    base: float
    ruin: float
    targets: tuple[float, ...]
    columns: dict[str, NDArray[np.float64]] = field(repr=False)

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return a column by name."""
        if name not in self.columns:
            raise ParameterError(f"this run did not keep {name!r}; it kept {', '.join(self.columns)}.")
        return self.columns[name]

    @property
    def years(self) -> float:
        """Years that a path lasts."""
        return self.horizon / self.world.calendar.steps_per_year

    @property
    def set_aside(self) -> NDArray[np.float64]:
        """Money in chest, preserved and locked parts at the end: what no loss can touch."""
        return self["chest"] + self["preserved"] + self["locked"]

    @property
    def paid_out(self) -> NDArray[np.float64]:
        """Operating money and withdrawals."""
        return self["operating"] + self["withdrawn"]

    @property
    def total(self) -> NDArray[np.float64]:
        """Everything: base and profit, wherever it lies."""
        return self.base + self["profit"]

    @property
    def growth(self) -> NDArray[np.float64]:
        """Growth rate of the total, nats a year; minus infinity where nothing is left."""
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(self.total, 0.0) / self.base) / self.years

    @property
    def account_ruined(self) -> NDArray[np.bool_]:
        """Whether the trading account ever fell to the share `ruin` of the opening capital."""
        return self["least_trading"] <= self.ruin * self.base * (1.0 + EDGE)

    @property
    def whole_ruined(self) -> NDArray[np.bool_]:
        """Whether unit value, the whole adjusted for payouts, ever fell to `ruin`."""
        return self["lowest_unit"] <= self.ruin * (1.0 + EDGE)

    @property
    def chest_ruined(self) -> NDArray[np.bool_]:
        """Whether the chest ever fell to the share `ruin` of what it had held; it does so by its tiers alone."""
        return self["chest_depth"] >= (1.0 - self.ruin) * (1.0 - EDGE)

    def steps_to_target(self, target: float) -> NDArray[np.float64]:
        """Return the step (from 1) after which the chest first held one of the targets; infinite where it never did."""
        if target not in self.targets:
            raise ParameterError(f"this run did not time {target!r}; it timed {', '.join(map(str, self.targets))}.")
        steps = self[f"waited_{self.targets.index(target)}"]  # the opening counts as one
        return np.where(steps <= self.horizon, steps, np.inf)


def sweep_siphons(
    policies: Mapping[str, Policy] | Sequence[Policy],
    world: World,
    *,
    n_paths: int | None = None,
    horizon: int | None = None,
    rng: Seed = 0,
    base: float = 10_000.0,
    ruin: float = 0.5,
    targets: Sequence[float] = (50.0, 100.0),
    buying_power: float = 1.0,
    columns: Sequence[str] = COLUMNS,
    threads: int | None = None,
) -> dict[str, SiphonRun]:
    """
    Run several policies on the same paths and watch their parts.

    Parameters
    ----------
    policies : mapping of str to Policy, or sequence of Policy
        The policies; a sequence is named "0", "1", ... Those that hold nothing but a stake and the rules that move
        profit or read the peak (siphons, cushion) run in a kernel of their own, others in the general one.
    world, n_paths, horizon, rng, base, ruin, buying_power, threads
        As in `simulate.run`; 2,000 paths unless given.
    targets : sequence of float, optional
        Up to three sizes of the chest whose first reaching is timed, money.
    columns : sequence of str, optional
        What to keep, names of `KEPT`.

    Returns
    -------
    dict of str to SiphonRun

    Raises
    ------
    ParameterError
        As in `simulate.run`, or if there are more than three targets.

    Examples
    --------
    >>> from nija_research.policy import Stake, WarChest
    >>> from nija_research.simulate import worlds
    >>> rules = {"none": Policy(stake=Stake(share=0.1)), "fifth": Policy(stake=Stake(share=0.1), war_chest=WarChest())}
    >>> runs = sweep_siphons(rules, worlds.trades(0.55), n_paths=200, horizon=100, rng=1)
    >>> bool(runs["fifth"].total.mean() < runs["none"].total.mean())
    True
    """
    named = named_policies(policies)
    one_world(world)
    n_paths = default_paths(world, PATHS) if n_paths is None else count("n_paths", n_paths, low=1)
    paths = paths_for(world, n_paths, horizon, rng, threads=threads)
    aims = tuple(positive("targets", x) for x in numbers_of("targets", targets))
    if len(aims) > TARGETS:
        raise ParameterError(f"targets must be at most {TARGETS} sizes of the chest, got {len(aims)}.")
    config = run_config(paths, base, None, buying_power, ruin, None, aims)
    columns = names_of("columns", columns, KEPT, "column")
    market, items = market_state_of(world, named.values()), list(named.values())
    kept: list[NDArray[np.float64]] = []
    for begin in range(0, len(items), int(LANES)):
        some = items[begin : begin + LANES]
        on = SIPHONS if only_siphons(some) else ANY._replace(parts=1.0)
        kept += list(paths.run(some, [1.0] * len(some), on, ANY, market, config, columns))
    return {
        name: SiphonRun(
            policy=policy,
            world=world,
            n_paths=n_paths,
            horizon=paths.horizon,
            key=int(paths.key),
            base=config.base,
            ruin=ruin,
            targets=aims,
            columns=dict(zip(columns, out, strict=True)),
        )
        for (name, policy), out in zip(named.items(), kept, strict=True)
    }


def only_siphons(policies: Sequence[Policy]) -> bool:
    """Whether no rule is on that the kernel for siphons leaves out."""
    on, _ = specialisation_of(*policies)
    return all(have is None for have, may in zip(on, SIPHONS, strict=True) if may is None)


def growth_cost(run: SiphonRun, baseline: SiphonRun) -> Interval:
    """
    Return the growth that a siphon costs: the baseline's less its own, nats a year, path by path.

    Parameters
    ----------
    run, baseline : SiphonRun
        On the same paths.

    Returns
    -------
    Interval
        Above 0 where the siphon costs growth.

    Raises
    ------
    ParameterError
        If the two did not meet the same paths.
    """
    if run.world is not baseline.world or (run.n_paths, run.horizon, run.key) != (
        baseline.n_paths,
        baseline.horizon,
        baseline.key,
    ):
        raise ParameterError("run and baseline must be of the same world with the same n_paths, horizon and rng.")
    return mean(baseline.growth - run.growth)


def compare(runs: Mapping[str, SiphonRun], baseline: str) -> pd.DataFrame:
    """
    Return one row a siphon: where the money is, what it cost, and how safe each part was.

    Parameters
    ----------
    runs : mapping of str to SiphonRun
        Of `sweep_siphons`, with all its columns.
    baseline : str
        The one without a siphon.

    Returns
    -------
    pandas.DataFrame
        Indexed by name. account, set aside, paid out, total: means at the end, money. growth: mean, nats a year.
        given up, low, high: `growth_cost`. drawdown: mean of the deepest, of the whole; worst 5 %: what one path in
        twenty exceeds. account, whole and chest ruined: chances of ever falling to the share `ruin`.

    Raises
    ------
    ParameterError
        If there is no such baseline.
    """
    import pandas as pd

    if baseline not in runs:
        raise ParameterError(f"baseline must be one of {', '.join(runs)}; got {baseline!r}.")
    rows = {}
    for name, run in runs.items():
        cost = growth_cost(run, runs[baseline])
        rows[name] = {
            "account": float(run["trading"].mean()),
            "set aside": float(run.set_aside.mean()),
            "paid out": float(run.paid_out.mean()),
            "total": float(run.total.mean()),
            "growth": float(run.growth.mean()),
            "given up": cost.value,
            "low": cost.low,
            "high": cost.high,
            "drawdown": float(run["max_drawdown"].mean()),
            "worst 5 %": quantile(run["max_drawdown"], 0.95).value,
            "account ruined": probability(run.account_ruined).value,
            "whole ruined": probability(run.whole_ruined).value,
            "chest ruined": probability(run.chest_ruined).value,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def time_to_target(run: SiphonRun, targets: Sequence[float] | None = None) -> pd.DataFrame:
    """
    Return how many trades the chest takes to first hold each target.

    Parameters
    ----------
    run : SiphonRun
        Of `sweep_siphons`.
    targets : sequence of float, optional
        Among the run's; all of them unless given.

    Returns
    -------
    pandas.DataFrame
        target (money), quarter, half, three quarters (trades after which so many of the paths have got there; infinite
        where so many never do), never (share of paths that do not within the horizon) with its interval low, high.
    """
    import pandas as pd

    rows = []
    for target in run.targets if targets is None else targets:
        steps = np.sort(run.steps_to_target(target))
        late = [float(steps[int(np.ceil(q * len(steps))) - 1]) for q in (0.25, 0.5, 0.75)]
        never = probability(~np.isfinite(steps))
        rows.append((target, *late, never.value, never.low, never.high))
    return pd.DataFrame(rows, columns=["target", "quarter", "half", "three quarters", "never", "low", "high"])


def rate_grid(world: World, stake: float, rates: Sequence[float], **settings: Any) -> pd.DataFrame:
    """
    Return growth and the chance that the account is ever ruined, over rate, settlement and basis.

    Parameters
    ----------
    world : World
        The world.
    stake : float
        Share of sizing capital, in [0, 1].
    rates : sequence of float
        In [0, 1].
    **settings
        Of `sweep_siphons`: paths, horizon, seed, capital.

    Returns
    -------
    pandas.DataFrame
        One row a setting: basis, settlement, rate, growth (mean of the total, nats a year), given_up (against no
        siphon, paired) with given_up_low and given_up_high, ruined (chance that the account ever falls to `ruin` of its
        opening) with ruined_low and ruined_high.
    """
    import pandas as pd

    shares = [share("rates", rate) for rate in rates]
    count("rates", len(shares), low=1)
    asked = siphon_grid(stake, shares)
    named = {"|".join(map(str, key)): policy for key, policy in asked.items()}
    runs = sweep_siphons(
        {"": basic_siphon(stake, 0.0), **named}, world, columns=("profit", "least_trading"), **settings
    )
    rows = []
    for (basis, settlement, rate), name in zip(asked, named, strict=True):
        cost, fell = growth_cost(runs[name], runs[""]), probability(runs[name].account_ruined)
        ends = (cost.value, cost.low, cost.high, fell.value, fell.low, fell.high)
        rows.append((basis, settlement, rate, float(runs[name].growth.mean()), *ends))
    figures = ["growth", "given_up", "given_up_low", "given_up_high", "ruined", "ruined_low", "ruined_high"]
    return pd.DataFrame(rows, columns=["basis", "settlement", "rate", *figures])
