"""
Promises that compare two policies: "30-40 % lower drawdowns", "2-3x faster at similar risk", "smoother with regimes".

`judge` is the door: engine and baseline on common random numbers in several worlds, at equal risk where that is said,
with intervals whose level was set by simulation. `ablate` takes a policy apart. Stands on: `simulate`, `policy`,
`estimate`, `data`.
"""

from nija_research.judge.compare.ablation import ablate, families, taken_apart
from nija_research.judge.compare.history import History, history_of, history_of_prices
from nija_research.judge.compare.judgement import Judgement, WorldJudgement
from nija_research.judge.compare.judging import judge, judge_many, overall
from nija_research.judge.compare.promise import Promise, policy_of
from nija_research.judge.compare.settings import Settings
from nija_research.judge.compare.stepdown import holm, step_down
from nija_research.judge.compare.words import stated_of

__all__ = [
    "History", "Judgement", "Promise", "Settings", "WorldJudgement", "ablate", "families", "history_of",
    "history_of_prices", "holm", "judge", "judge_many", "overall", "policy_of", "stated_of", "step_down", "taken_apart",
]  # fmt: skip
