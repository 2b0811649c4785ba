from .check import (
    FileReport as FileReport,
)
from .check import (
    check_file as check_file,
)
from .check import (
    compare_lengths as compare_lengths,
)
from .check import (
    price_warnings as price_warnings,
)
from .datasets import (
    bundled as bundled,
)
from .files import (
    Fault as Fault,
)
from .prices import (
    load_prices as load_prices,
)
from .synthetic import (
    trades_from_r_multiples as trades_from_r_multiples,
)
from .synthetic import (
    trades_from_returns as trades_from_returns,
)
from .trades import (
    empty_trades as empty_trades,
)
from .trades import (
    import_trades as import_trades,
)
from .trades import (
    load_bots as load_bots,
)
from .trades import (
    load_trades as load_trades,
)

__all__ = [
    "Fault",
    "FileReport",
    "bundled",
    "check_file",
    "compare_lengths",
    "empty_trades",
    "import_trades",
    "load_bots",
    "load_prices",
    "load_trades",
    "price_warnings",
    "trades_from_r_multiples",
    "trades_from_returns",
]
