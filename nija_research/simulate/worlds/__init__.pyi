from .generator import (
    fill as fill,
)
from .history import (
    bootstrap as bootstrap,
)
from .history import (
    given as given,
)
from .history import (
    historic as historic,
)
from .independent import (
    iid as iid,
)
from .independent import (
    trades as trades,
)
from .market import (
    Market as Market,
)
from .returns import (
    Costs as Costs,
)
from .volatility import (
    garch as garch,
)
from .volatility import (
    garch_fit as garch_fit,
)
from .volatility import (
    regime_switching as regime_switching,
)
from .world import (
    Calendar as Calendar,
)
from .world import (
    Draws as Draws,
)
from .world import (
    Moments as Moments,
)
from .world import (
    World as World,
)

__all__ = [
    "Calendar",
    "Costs",
    "Draws",
    "Market",
    "Moments",
    "World",
    "bootstrap",
    "fill",
    "garch",
    "garch_fit",
    "given",
    "historic",
    "iid",
    "regime_switching",
    "trades",
]
