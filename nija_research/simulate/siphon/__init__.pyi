from .break_even import (
    Bearable as Bearable,
)
from .break_even import (
    break_even as break_even,
)
from .equal_risk import (
    Judgement as Judgement,
)
from .equal_risk import (
    Stability as Stability,
)
from .equal_risk import (
    judged as judged,
)
from .equal_risk import (
    stability as stability,
)
from .ledger import (
    Books as Books,
)
from .ledger import (
    in_cents as in_cents,
)
from .ledger import (
    other_rules as other_rules,
)
from .ledger import (
    rebooked as rebooked,
)
from .runs import (
    Siphoned as Siphoned,
)
from .runs import (
    compared as compared,
)
from .runs import (
    given_up as given_up,
)
from .runs import (
    heat as heat,
)
from .runs import (
    siphoned as siphoned,
)
from .runs import (
    waits as waits,
)
from .setups import (
    NONE as NONE,
)
from .setups import (
    grid as grid,
)
from .setups import (
    lenses as lenses,
)
from .setups import (
    places as places,
)
from .setups import (
    plain as plain,
)
from .setups import (
    with_edge as with_edge,
)

__all__ = [
    "NONE",
    "Bearable",
    "Books",
    "Judgement",
    "Siphoned",
    "Stability",
    "break_even",
    "compared",
    "given_up",
    "grid",
    "heat",
    "in_cents",
    "judged",
    "lenses",
    "other_rules",
    "places",
    "plain",
    "rebooked",
    "siphoned",
    "stability",
    "waits",
    "with_edge",
]
