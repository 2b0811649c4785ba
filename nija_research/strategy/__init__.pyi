from . import (
    sample as sample,
)
from . import (
    trend as trend,
)

__all__ = [
    "sample",
    "trend",
]
