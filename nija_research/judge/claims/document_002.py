"""
Claims of document 002: what the printed allocation functions return, and when the policy made of them stops.

Balances are in the account's currency.
"""

from __future__ import annotations

from nija_research.judge.claims import Numbers, claim
from nija_research.policy import Account, allocator, presets
from nija_research.policy.allocator import calculate_strategy_capital

#: Balances from below both minimums to far above both caps.
_BALANCES = (50.0, 64.0, 64.11, 72.92, 100.0, 500.0, 641.0, 666.0, 667.0, 1000.0, 5000.0)
_FLAGS = {"market_making": "mm_enabled", "arbitrage": "arb_enabled"}


def allocated(balance: float, part: str = "total_allocated") -> float:
    """Return what one key of the printed function's answer holds: money of the two strategies unless named."""
    return float(calculate_strategy_capital(balance)[part])  # type: ignore[literal-required]


def switched_on(balance: float) -> int:
    """Return how many of the two strategies are on."""
    answer = calculate_strategy_capital(balance)
    return answer["mm_enabled"] + answer["arb_enabled"]


def summary(balance: float, peak: float) -> list[str]:
    """Return the lines of the printed summary."""
    return allocator.get_allocation_summary(balance, peak).splitlines()


@claim("S2-03", "S2-04", "S2-21", "S2-22", "S2-23", "S2-24", "S2-30", "S2-31", "S2-50")
def allocation(balance: float) -> Numbers:
    """What the printed functions return for a balance, and their constants."""
    return {
        "market_making": allocated(balance, "market_making"),
        "arbitrage": allocated(balance, "arbitrage"),
        "reserve": allocated(balance, "reserve"),
        "allocated": allocated(balance),
        "exposure": allocator.calculate_max_exposure(balance),
        "market_making_share": allocator.MM_CAPITAL_ALLOCATION_PCT,
        "arbitrage_share": allocator.ARB_CAPITAL_ALLOCATION_PCT,
    }


@claim("S2-05", "S2-06")
def where_a_cap_binds(cap: float, share: float, strategy: str) -> Numbers:
    """What a strategy gets at most, where its cap begins to bind, and just below."""
    balances = (50.0, 500.0, 600.0, 700.0, 900.0, 1100.0, 5000.0, 1_000_000.0)
    return {
        "most": max(allocated(balance, strategy) for balance in balances),
        "at_cap": allocated(cap / share, strategy),
        "below": allocated(0.99 * cap / share, strategy),
    }


@claim("S2-14")
def most_of_a_strategy() -> Numbers:
    """The most that either strategy gets at balances up to a billion."""
    balances = (100.0, 1000.0, 10_000.0, 100_000.0, 1_000_000.0, 1e9)
    return {part: max(allocated(balance, part) for balance in balances) for part in _FLAGS}


@claim("S2-08")
def growth_and_drawdown(small: float, middle: float, large: float) -> Numbers:
    """The allocation at three balances, how its share varies between them, and what growth to 5,000 adds."""
    shares = [allocated(balance) / balance for balance in (small, middle, 200.0, 300.0, 400.0, large)]
    return {
        "spread": max(shares) - min(shares),
        "at_small": allocated(small),
        "at_middle": allocated(middle),
        "at_large": allocated(large),
        "beyond": allocated(5000.0) - allocated(1000.0),
    }


@claim("S2-09", "S2-37")
def small_and_large(small: float, large: float) -> Numbers:
    """Market making's money and all that is allocated, at two balances."""
    return {
        "making_small": allocated(small, "market_making"),
        "making_large": allocated(large, "market_making"),
        "at_small": allocated(small),
        "at_large": allocated(large),
    }


@claim("S2-15", "S2-25", "S2-26")
def switches(on: float, off: float, strategy: str = "market_making") -> Numbers:
    """How many strategies are on at two balances, one of them alone, and where its flag and its money disagree."""
    flag = _FLAGS[strategy]
    answers = [calculate_strategy_capital(x) for x in (0.0, off, 49.99, 50.0, 60.0, 64.1, 64.11, on, 100.0, 5000.0)]
    return {
        "number_on": switched_on(on),
        "number_off": switched_on(off),
        "flag_on": calculate_strategy_capital(on)[flag],  # type: ignore[literal-required]
        "flag_off": calculate_strategy_capital(off)[flag],  # type: ignore[literal-required]
        "disagreement": any(a[flag] != (a[strategy] > 0.0) for a in answers),  # type: ignore[literal-required]
    }


@claim("S2-16")
def kill_switch(limit: float) -> Numbers:
    """Whether the document's policy stakes nothing after a loss of this share of the peak, and just before."""

    def killed(drawdown: float) -> bool:
        account = Account(presets["document_002"], 100.0)
        account.trade(-drawdown * 100.0)
        return account.size(account.equity) == 0.0

    return {"at": killed(limit), "before": killed(limit - 0.0001)}


@claim("S2-27")
def lines_of_the_summary(balance: float) -> Numbers:
    """Lines of the printed summary that hold the balance, and all lines on an empty account."""
    return {"lines": sum(f"{balance:g}" in line for line in summary(balance, balance)), "empty": len(summary(0.0, 0.0))}


@claim("S2-28")
def limit_of_a_peak(peak: float) -> Numbers:
    """What the printed drawdown limit is, money."""
    return {"limit": allocator.calculate_drawdown_limit(peak)}


@claim("S2-29")
def limits_of_peaks() -> Numbers:
    """The printed drawdown limit in percent of peaks from 1 to 1,000,000."""
    peaks = (1.0, 72.92, 100.0, 500.0, 5000.0, 1_000_000.0)
    shares = [100.0 * allocator.calculate_drawdown_limit(peak) / peak for peak in peaks]
    return {"least": min(shares), "most": max(shares)}


@claim("S2-32")
def heartbeats(balance: float) -> Numbers:
    """Strategies that are on at the first heartbeat, and at the next, when only what is left counts."""
    left = balance - allocated(balance)
    return {"allocated": balance - left, "left": left, "first": switched_on(balance), "second": switched_on(left)}


@claim("S2-33")
def withdrawal(balance: float, taken: float) -> Numbers:
    """The drawdown, a share, that our account reports after money was taken out and nothing lost."""
    account = Account(presets["document_002"], balance)
    account.withdraw(taken)
    return {"ours": account.drawdown}


@claim("S2-38", "S2-49", "S2-51")
def most_at_work() -> Numbers:
    """The largest part of the balance that is allocated, percent, at ordinary balances and at large ones."""
    large = (10_000.0, 20_000.0, 100_000.0, 1_000_000.0)
    most, most_of_large = (max(100.0 * allocated(x) / x for x in balances) for balances in (_BALANCES, large))
    return {"most": most, "most_of_large": most_of_large, "now": 100.0 * allocated(72.92) / 72.92}


@claim("S2-40")
def old_constants() -> Numbers:
    """The fixed amounts that older code reads, and what market making gets now."""
    return {
        "first": allocator.MARKET_MAKING_STRATEGY_CAPITAL,
        "second": allocator.ARBITRAGE_STRATEGY_CAPITAL,
        "now": allocated(72.92, "market_making"),
    }


@claim("S2-52")
def least_of_a_strategy() -> Numbers:
    """The least that either strategy runs on; its minimum where it does not run."""
    minimum = {"market_making": 50.0, "arbitrage": 10.0}
    balances = (0.0, 10.0, 40.0, 49.0, 49.99, 50.0, 60.0, 64.0, 64.1, 64.11, 65.0, 100.0)
    return {part: min(allocated(x, part) or minimum[part] for x in balances) for part in _FLAGS}
