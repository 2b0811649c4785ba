from .comparison import ablate as ablate
from .comparison import families as families
from .comparison import judge as judge
from .comparison import judge_many as judge_many
from .comparison import with_and_without as with_and_without
from .decision import ComparisonResult as ComparisonResult
from .decision import WorldResult as WorldResult
from .decision import overall as overall
from .decision import stated_of as stated_of
from .history import History as History
from .history import history_of as history_of
from .history import history_of_prices as history_of_prices
from .hypothesis import Hypothesis as Hypothesis
from .hypothesis import Settings as Settings
from .hypothesis import policy_of as policy_of
from .inference import step_down as step_down

__all__ = [
    "ComparisonResult",
    "History",
    "Hypothesis",
    "Settings",
    "WorldResult",
    "ablate",
    "families",
    "history_of",
    "history_of_prices",
    "judge",
    "judge_many",
    "overall",
    "policy_of",
    "stated_of",
    "step_down",
    "with_and_without",
]
