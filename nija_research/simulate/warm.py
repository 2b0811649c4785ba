"""
Compile, once a machine, the kernels that serve every policy in every world: ``python -m nija_research.simulate.warm``.

Set-up calls it, so that the first report does not wait for the compiler. Nothing depends on it: what is missing is
compiled when first used.
"""

from __future__ import annotations

from nija_research.policy import Account, presets
from nija_research.simulate import worlds
from nija_research.simulate.runner import run
from nija_research.simulate.siphon import basic_siphon, sweep_siphons
from nija_research.simulate.sweeping import sweep

__all__ = ["warm"]


def warm() -> None:
    """Compile the account's entries and the kernels for any policy and for siphons."""
    policy, world = presets["document_003"], worlds.trades(0.55)
    account = Account(policy, 1_000.0)
    account.trade(1.0)
    account.size(1_000.0)
    run(policy, world, n_paths=1, horizon=1, trace=(0,), specialise=False)
    sweep({"one": policy, "other": policy}, world, n_paths=1, horizon=1, specialise=False)
    sweep_siphons({"one": basic_siphon(0.1, 0.2)}, world, n_paths=1, horizon=1)


if __name__ == "__main__":
    warm()
