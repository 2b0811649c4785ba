"""
Floor 5, what happens: an account under a policy, trade by trade.

Stands on: `policy`, `errors`, `units`.
"""

from nija_research.simulate.replay import Replay, replay

__all__ = ["Replay", "replay"]
