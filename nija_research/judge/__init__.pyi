from .compare.comparison import rule_contributions as rule_contributions
from .judging import JudgedClaim as JudgedClaim
from .judging import JudgeInputs as JudgeInputs
from .judging import Verdicts as Verdicts
from .judging import calibration_counts as calibration_counts
from .judging import judge_claims as judge_claims
from .judging import verdicts as verdicts
from .register import Claim as Claim
from .register import Register as Register
from .register import load_register as load_register
from .verdict import VERDICTS as VERDICTS
from .verdict import Finding as Finding

__all__ = [
    "VERDICTS",
    "Claim",
    "Finding",
    "JudgeInputs",
    "JudgedClaim",
    "Register",
    "Verdicts",
    "calibration_counts",
    "judge_claims",
    "load_register",
    "rule_contributions",
    "verdicts",
]
