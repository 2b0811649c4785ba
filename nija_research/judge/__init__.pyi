from .cache import (
    JudgeInputs as JudgeInputs,
)
from .contributions import (
    rule_contributions as rule_contributions,
)
from .judging import (
    Judged as Judged,
)
from .judging import (
    judge_claims as judge_claims,
)
from .judging import (
    row_of as row_of,
)
from .judging import (
    scoreboard as scoreboard,
)
from .judging import (
    verdicts as verdicts,
)
from .register import (
    Claim as Claim,
)
from .register import (
    Register as Register,
)
from .register import (
    load_register as load_register,
)
from .verdict import (
    VERDICTS as VERDICTS,
)
from .verdict import (
    Finding as Finding,
)

__all__ = [
    "VERDICTS",
    "Claim",
    "Finding",
    "JudgeInputs",
    "Judged",
    "Register",
    "judge_claims",
    "load_register",
    "row_of",
    "rule_contributions",
    "scoreboard",
    "verdicts",
]
