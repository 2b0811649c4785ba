"""
Floor 5, what happens: an account under a policy, trade by trade.

`run` takes many paths of one policy, `sweep` many policies on the same paths, `match` scales one to equal risk,
`replay` takes one real log, `resampled` compares two finished return series; `worlds` are what they run in, `metrics`
what they come to. Stands on: `policy`, `estimate`, `errors`, `units`.
"""

from nija_research.simulate import metrics, worlds
from nija_research.simulate.compare import resampled
from nija_research.simulate.comparison import Comparison, Difference
from nija_research.simulate.fold import fold
from nija_research.simulate.match import match, match_each, match_result
from nija_research.simulate.replay import Replay, replay
from nija_research.simulate.result import SimulationResult, Trace
from nija_research.simulate.run import run
from nija_research.simulate.sweep import SweepResult, ablation, sweep

__all__ = [
    "Comparison", "Difference", "Replay", "SimulationResult", "SweepResult", "Trace", "ablation", "fold", "match",
    "match_each", "match_result", "metrics", "replay", "resampled", "run", "sweep", "worlds",
]  # fmt: skip
