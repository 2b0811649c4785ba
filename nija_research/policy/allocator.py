"""
Percentage-based capital allocation between market making and arbitrage: the printed functions.

``mm = min(0.78 b, 500)``, ``arb = min(0.20 b, 200)``, ``reserve = 0.02 b`` of an equity `b` in the account's
currency; a strategy is on iff its *capped* amount reaches its minimum (50 and 10, edge included), else it gets 0.
Amounts are not rounded; the summary prints cents. 78 % + 20 % breaks the document's own limit of 95 % between
$64.10 and $666.67: the default follows the printed table, ``respect_exposure_limit=True`` scales both strategies to
fit (whether a strategy is on is still decided by its capped amount).

002, "Scaling Examples": "| **$72.92** | $56.88 (78%) | $14.58 (20%) | $1.46 |".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from nija_research.compiled import rule
from nija_research.errors import ParameterError
from nija_research.units import EDGE, finite, not_negative, share

__all__ = [
    "Allocation",
    "Allocator",
    "AllocatorArrays",
    "allocate",
    "calculate_drawdown_limit",
    "calculate_max_exposure",
    "calculate_strategy_capital",
    "get_allocation_summary",
]

MARKET_MAKING_STRATEGY_CAPITAL = 80.0  # 002, "What Changed": "Legacy constants still work"
ARBITRAGE_STRATEGY_CAPITAL = 20.0
MM_CAPITAL_ALLOCATION_PCT = 0.78  # a share, as printed
ARB_CAPITAL_ALLOCATION_PCT = 0.20
MM_MAX_CAPITAL_CAP = 500.0
ARB_MAX_CAPITAL_CAP = 200.0


class Allocation(TypedDict):
    """What `calculate_strategy_capital` returns; money in the account's currency."""

    market_making: float
    arbitrage: float
    reserve: float
    mm_enabled: bool
    arb_enabled: bool
    total_allocated: float
    unallocated: float


class AllocatorArrays(NamedTuple):
    """What the compiled rule reads."""

    on: float
    mm_share: float
    arb_share: float
    reserve_share: float
    mm_cap: float
    arb_cap: float
    mm_min: float
    arb_min: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocator:
    """
    Shares, caps and minimums of the two strategies.

    Attributes
    ----------
    mm_share, arb_share, reserve_share : float
        Shares of the balance; together at most 1.
    mm_cap, arb_cap, mm_min, arb_min : float
        Most and least money of a strategy, in the account's currency.
    drawdown_limit, max_exposure : float
        Shares of peak equity and of balance.
    respect_exposure_limit : bool
        Scale both strategies to fit into `max_exposure`.
    """

    mm_share: float = MM_CAPITAL_ALLOCATION_PCT  # 002, "What Changed"
    arb_share: float = ARB_CAPITAL_ALLOCATION_PCT
    reserve_share: float = 0.02  # 002, "Kelly Criterion Compliance"
    mm_cap: float = MM_MAX_CAPITAL_CAP
    arb_cap: float = ARB_MAX_CAPITAL_CAP
    mm_min: float = 50.0  # not printed: the table has $40 off
    arb_min: float = 10.0  # not printed
    drawdown_limit: float = 0.05  # 002, "Safety Limits"
    max_exposure: float = 0.95  # 002, "Security Notes"
    respect_exposure_limit: bool = False

    def __post_init__(self) -> None:
        for name in ("mm_share", "arb_share", "reserve_share", "drawdown_limit", "max_exposure"):
            share(name, getattr(self, name))
        total = self.mm_share + self.arb_share + self.reserve_share
        if total > 1.0 + EDGE:
            raise ParameterError(f"mm_share + arb_share + reserve_share must not exceed 1, got {total:g}. Lower one.")
        for name in ("mm", "arb"):
            least = not_negative(f"{name}_min", getattr(self, f"{name}_min"))
            if finite(f"{name}_cap", getattr(self, f"{name}_cap")) < least:
                raise ParameterError(f"{name}_cap must be at least {name}_min ({least:g}). Raise the cap.")

    def arrays(self) -> AllocatorArrays:
        """Return the settings as the compiled rule reads them."""
        return AllocatorArrays(
            1.0,
            float(self.mm_share),
            float(self.arb_share),
            float(self.reserve_share),
            float(self.mm_cap),
            float(self.arb_cap),
            float(self.mm_min),
            float(self.arb_min),
            float(self.max_exposure) if self.respect_exposure_limit else 1.0,
        )


OFF = AllocatorArrays(*(0.0,) * 9)
_PRINTED = Allocator()


@rule
def allocate(balance: float, allocator: AllocatorArrays) -> tuple[float, float, float]:
    """Money for market making, arbitrage and reserve out of `balance`."""
    mm = min(allocator.mm_share * balance, allocator.mm_cap)
    arb = min(allocator.arb_share * balance, allocator.arb_cap)
    mm = mm if mm >= allocator.mm_min * (1.0 - EDGE) else 0.0
    arb = arb if arb >= allocator.arb_min * (1.0 - EDGE) else 0.0
    both = mm + arb
    most = allocator.limit * balance
    fit = most / both if both > most else 1.0
    return mm * fit, arb * fit, allocator.reserve_share * balance


def calculate_strategy_capital(current_balance: float, *, config: Allocator | None = None) -> Allocation:
    """
    Divide an account's equity between the two strategies and the reserve.

    Parameters
    ----------
    current_balance : float
        Equity (not free cash), 0 or more, in the account's currency.
    config : Allocator, optional
        The settings; as printed unless given.

    Returns
    -------
    Allocation
        Keys as printed. `total_allocated` is the two strategies, `unallocated` what neither they nor the reserve hold.

    Raises
    ------
    ParameterError
        If `current_balance` is negative or not finite.

    Examples
    --------
    >>> round(calculate_strategy_capital(72.92)["market_making"], 2)
    56.88
    """
    balance = not_negative("current_balance", current_balance)
    mm, arb, reserve = allocate(balance, (config or _PRINTED).arrays())
    return Allocation(
        market_making=mm,
        arbitrage=arb,
        reserve=reserve,
        mm_enabled=mm > 0.0,
        arb_enabled=arb > 0.0,
        total_allocated=mm + arb,
        unallocated=max(balance - mm - arb - reserve, 0.0),
    )


def calculate_drawdown_limit(peak_equity: float, *, config: Allocator | None = None) -> float:
    """
    Return the drawdown, in the account's currency, at which trading is killed.

    Parameters
    ----------
    peak_equity : float
        Highest equity so far, 0 or more.
    config : Allocator, optional
        The settings; 5 % as printed unless given.

    Returns
    -------
    float

    Examples
    --------
    >>> round(calculate_drawdown_limit(72.92), 2)
    3.65
    """
    return not_negative("peak_equity", peak_equity) * (config or _PRINTED).drawdown_limit


def calculate_max_exposure(current_balance: float, *, config: Allocator | None = None) -> float:
    """
    Return the most money, in the account's currency, that may be in positions at once.

    Parameters
    ----------
    current_balance : float
        Equity, 0 or more.
    config : Allocator, optional
        The settings; 95 % as printed unless given.

    Returns
    -------
    float

    Examples
    --------
    >>> round(calculate_max_exposure(72.92), 2)
    69.27
    """
    return not_negative("current_balance", current_balance) * (config or _PRINTED).max_exposure


def get_allocation_summary(
    current_balance: float, peak_equity: float | None = None, *, config: Allocator | None = None
) -> str:
    """
    Return the allocation as readable text, to the cent.

    Parameters
    ----------
    current_balance : float
        Equity, 0 or more.
    peak_equity : float, optional
        Highest equity so far, for the drawdown lines; not below the balance. The balance itself unless given.
    config : Allocator, optional
        The settings; as printed unless given.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        If a number is negative or not finite, or the peak is below the balance.
    """
    config = config or _PRINTED
    parts = calculate_strategy_capital(current_balance, config=config)
    peak = current_balance if peak_equity is None else not_negative("peak_equity", peak_equity)
    if peak < current_balance:
        raise ParameterError(
            f"peak_equity {peak:,.2f} is below current_balance {current_balance:,.2f}. Update the peak first."
        )
    limit, down = calculate_drawdown_limit(peak, config=config), peak - current_balance
    killed = peak > 0.0 and down >= limit - EDGE * peak
    exposure = calculate_max_exposure(current_balance, config=config)
    mm = _status(parts["mm_enabled"], parts["market_making"], config.mm_cap)
    arb = _status(parts["arb_enabled"], parts["arbitrage"], config.arb_cap)
    kill = ": KILL SWITCH" if killed else ""
    over = parts["total_allocated"] > exposure * (1.0 + EDGE)
    return "\n".join(
        [
            f"Allocation of ${current_balance:,.2f}",
            f"  Market making  ${parts['market_making']:>12,.2f}  {mm}",
            f"  Arbitrage      ${parts['arbitrage']:>12,.2f}  {arb}",
            f"  Reserve        ${parts['reserve']:>12,.2f}",
            f"  Unallocated    ${parts['unallocated']:>12,.2f}",
            f"  Max exposure   ${exposure:>12,.2f}  {'EXCEEDED by the allocation' if over else 'kept'}",
            f"  Drawdown       ${down:>12,.2f}  limit ${limit:,.2f} of peak ${peak:,.2f}{kill}",
        ]
    )


def _status(enabled: bool, amount: float, cap: float) -> str:
    return "DISABLED (below its minimum)" if not enabled else "CAPPED" if amount >= cap else "on"
