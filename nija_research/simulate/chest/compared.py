"""
Siphons side by side: what each put where, what it cost, what it protected, and how long the chest took.

Costs are paired differences on common random numbers, so that their intervals are far narrower than those of the
figures themselves. Stands on: `chest.runs`, `chest.rules`, `figure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy.checks import count
from nija_research.simulate.chest.rules import grid, plain
from nija_research.simulate.chest.runs import Siphoned, siphoned
from nija_research.simulate.figure import Estimate, mean, probability, quantile
from nija_research.simulate.worlds.world import World
from nija_research.units import share

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd

__all__ = ["compared", "given_up", "heat", "waits"]


def given_up(run: Siphoned, baseline: Siphoned) -> Estimate:
    """
    Return the growth that a siphon costs: the baseline's less its own, nats a year, path by path.

    Parameters
    ----------
    run, baseline : Siphoned
        On the same paths.

    Returns
    -------
    Estimate
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


def compared(runs: Mapping[str, Siphoned], baseline: str) -> pd.DataFrame:
    """
    Return one row a siphon: where the money is, what it cost, and how safe each part was.

    Parameters
    ----------
    runs : mapping of str to Siphoned
        Of `siphoned`, with all its columns.
    baseline : str
        The one without a siphon.

    Returns
    -------
    pandas.DataFrame
        Indexed by name. account, set aside, paid out, total: means at the end, money. growth: mean, nats a year.
        given up, low, high: `given_up`. drawdown: mean of the deepest, of the whole; worst 5 %: what one path in
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
        cost = given_up(run, runs[baseline])
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


def waits(run: Siphoned, targets: Sequence[float] | None = None) -> pd.DataFrame:
    """
    Return how many trades the chest takes to first hold each target.

    Parameters
    ----------
    run : Siphoned
        Of `siphoned`.
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
        steps = np.sort(run.waited(target))
        late = [float(steps[int(np.ceil(q * len(steps))) - 1]) for q in (0.25, 0.5, 0.75)]
        never = probability(~np.isfinite(steps))
        rows.append((target, *late, never.value, never.low, never.high))
    return pd.DataFrame(rows, columns=["target", "quarter", "half", "three quarters", "never", "low", "high"])


def heat(world: World, stake: float, rates: Sequence[float], **settings: Any) -> pd.DataFrame:
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
        Of `siphoned`: paths, horizon, seed, capital.

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
    asked = grid(stake, shares)
    named = {"|".join(map(str, key)): policy for key, policy in asked.items()}
    runs = siphoned({"": plain(stake, 0.0), **named}, world, columns=("profit", "least_trading"), **settings)
    rows = []
    for (basis, settlement, rate), name in zip(asked, named, strict=True):
        cost, fell = given_up(runs[name], runs[""]), probability(runs[name].account_ruined)
        found = (float(runs[name].growth.mean()), cost.value, cost.low, cost.high, fell.value, fell.low, fell.high)
        rows.append((basis, settlement, rate, *found))
    figures = ["growth", "given_up", "given_up_low", "given_up_high", "ruined", "ruined_low", "ruined_high"]
    return pd.DataFrame(rows, columns=["basis", "settlement", "rate", *figures])
