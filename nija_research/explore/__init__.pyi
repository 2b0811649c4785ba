from . import (
    kelly as kelly,
)
from . import (
    policies as policies,
)
from . import (
    regimes as regimes,
)
from . import (
    siphon as siphon,
)
from .explorer import (
    Answer as Answer,
)
from .explorer import (
    Explorer as Explorer,
)
from .explorer import (
    Number as Number,
)
from .explorer import (
    Setting as Setting,
)
from .page import (
    panel as panel,
)
from .server import (
    is_interactive as is_interactive,
)
from .server import (
    serve as serve,
)

__all__ = [
    "Answer",
    "Explorer",
    "Number",
    "Setting",
    "is_interactive",
    "kelly",
    "panel",
    "policies",
    "regimes",
    "serve",
    "siphon",
]
