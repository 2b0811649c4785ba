"""
Floor 5, what happens: an account under a policy, trade by trade.

`run` takes many paths of one policy, `replay` one real log; `worlds` are what they run in, `metrics` what they come to.
Stands on: `policy`, `estimate`, `errors`, `units`.
"""

from nija_research.simulate import metrics, worlds
from nija_research.simulate.replay import Replay, replay
from nija_research.simulate.result import SimulationResult, Trace
from nija_research.simulate.run import run

__all__ = ["Replay", "SimulationResult", "Trace", "metrics", "replay", "run", "worlds"]
