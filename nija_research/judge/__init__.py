"""
Floor 6, is it true: claims of documents, each judged by a check whose errors are known.

`load_register` reads the claims, `verdicts` judges them. A newcomer reads `claim`, `region`, then `checks`. Stands on:
every floor below.
"""

from nija_research.judge.claim import Claim
from nija_research.judge.evidence import Evidence
from nija_research.judge.register import Register, load_register
from nija_research.judge.verdict import VERDICTS, Finding
from nija_research.judge.verdicts import Judged, judge_claims, row_of, scoreboard, verdicts
from nija_research.judge.worth import rules_worth

__all__ = [
    "VERDICTS", "Claim", "Evidence", "Finding", "Judged", "Register", "judge_claims", "load_register", "row_of",
    "rules_worth", "scoreboard", "verdicts",
]  # fmt: skip
