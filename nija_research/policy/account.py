"""
An account that follows a policy: trades, flows, settlements and halts in, sizes and a ledger out.

The account holds one `State` and changes it only through `stack`'s functions; it adds no arithmetic of its own. Every
input is checked before anything changes, and the clock never runs backwards. Money is in the account's
currency, not rounded (see `state`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from nija_research.errors import ParameterError
from nija_research.policy import lanes, ledger
from nija_research.policy.drawdown import ProtectionLevel
from nija_research.policy.ledger import as_utc, day_and_week
from nija_research.policy.leverage import annual_volatility
from nija_research.policy.policy import Policy
from nija_research.policy.regime import UNKNOWN, regime_index
from nija_research.policy.risk import annual_return
from nija_research.policy.state import Moves, State, depth_of, equity_of
from nija_research.units import finite, not_negative, positive

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Account", "SizingInputs", "sizing_inputs"]


class SizingInputs(NamedTuple):
    """The numbers `lanes.size_lane` takes after policy and state, in its order."""

    expected_return: float
    volatility: float
    regime: float
    kelly: float
    available: float
    exposure: float
    held: float


def sizing_inputs(
    rules: Policy,
    available: float,
    expected_return: float | None,
    volatility: float | None,
    regime: str,
    kelly: float | None,
    exposure: float | None,
    held: float,
) -> SizingInputs:
    """
    Return the checked numbers; see `Account.size` for each of them.

    Raises
    ------
    ParameterError
        If a number that a rule needs is missing, or one is out of range or in the wrong unit.
    """
    if volatility is None and (rules.leverage is not None or rules.risk is not None):
        raise ParameterError(
            "volatility is missing, and the leverage and risk rules need it. Pass it as a share, such as 0.25."
        )
    if expected_return is None and rules.risk is not None:
        raise ParameterError(
            "expected_return is missing, and the risk rule needs it. Pass it as a share, such as 0.15."
        )
    if kelly is None and rules.stake.kelly > 0.0:
        raise ParameterError(
            "kelly is missing, and the stake is a multiple of it. Pass the market's full-Kelly fraction."
        )
    held = not_negative("held", held)
    exposure = held if exposure is None else not_negative("exposure", exposure)
    if held > exposure:
        raise ParameterError(
            f"held {held:g} is part of exposure, which is {exposure:g}. Pass all open positions as exposure."
        )
    return SizingInputs(
        0.0 if expected_return is None else annual_return("expected_return", expected_return),
        1.0 if volatility is None else annual_volatility("volatility", volatility),
        float(regime_index(regime)),
        0.0 if kelly is None else finite("kelly", kelly),
        not_negative("available", available),
        exposure,
        held,
    )


_DAY = State._fields.index("day")
_STOPS = {
    "day_stop": "day: loss limit reached, until the next day",
    "week_stop": "week: loss limit reached, until the next ISO week",
    "streak_stop": "streak: too many losses in a row, until the next day",
    "peak_stop": "peak: drawdown limit reached, until resumed",
}


class Account:
    """
    Money of one account under one policy.

    Parameters
    ----------
    policy : Policy
        The rules that book and size.
    base : float
        Base capital, above 0, account's currency.
    current : float, optional
        Equity at the start; `base` unless given. 0 is a wiped-out account.
    when : datetime or date, optional
        Time of the start, UTC.
    keep_ledger : bool, optional
        Record every transfer and level change; costs time and memory.

    Raises
    ------
    ParameterError
        If the capital is out of range.

    Examples
    --------
    >>> from nija_research.policy import presets
    >>> account = Account(presets["document_003"].without("war_chest", "profit_split"), 200.0)
    >>> account.size(200.0)
    20.0
    """

    def __init__(
        self,
        policy: Policy,
        base: float,
        current: float | None = None,
        *,
        when: datetime | date | None = None,
        keep_ledger: bool = True,
    ) -> None:
        self._policy = policy
        self._packed = lanes.pack(policy)
        self._states = np.zeros(lanes.WIDTH)
        self._moves = np.zeros(lanes.MOVES)
        self._rows: list[ledger.Row] = []
        self._keep = keep_ledger
        self._when: datetime | None = None
        base = positive("base", base)
        current = base if current is None else not_negative("current", current)
        self._overlay, self._overlay_packed = policy, self._packed
        if when is not None:
            self._when = as_utc(when)
        lanes.start_lane(self._packed, self._states, self._moves, base, current)
        if when is not None:
            self._states[_DAY : _DAY + 2] = day_and_week(when)
        self._book(None)

    @property
    def policy(self) -> Policy:
        """The rules this account follows."""
        return self._policy

    @property
    def state(self) -> State:
        """A snapshot of the whole state."""
        return State(*self._states.tolist())

    @property
    def equity(self) -> float:
        """Everything the account owns, account's currency."""
        return float(equity_of.py_func(self.state))

    @property
    def drawdown(self) -> float:
        """Depth below the flow-adjusted peak, a share."""
        return float(depth_of.py_func(self.state))

    @property
    def level(self) -> ProtectionLevel:
        """Drawdown protection level."""
        return ProtectionLevel.at(self.state.level)

    @property
    def blocks(self) -> tuple[str, ...]:
        """Everything that stops trading now, with its reason; empty while trading is allowed."""
        state = self.state
        found = [reason for name, reason in _STOPS.items() if getattr(state, name) > 0.0]
        guard = self._policy.drawdown
        if guard is not None and self.level is ProtectionLevel.HALT and guard.size[3] == 0.0:
            found.append("protection: level HALT, until resumed")
        return tuple(found)

    def trade(self, pnl: float, *, when: datetime | date | None = None) -> None:
        """
        Book a closed trade.

        Parameters
        ----------
        pnl : float
            Profit or loss after costs, account's currency. 0 is break-even: neither win nor loss.
        when : datetime or date, optional
            Time of the close, UTC; the last time unless given.

        Raises
        ------
        ParameterError
            If `pnl` is not finite or the clock runs backwards; nothing is booked then.
        """
        pnl = finite("pnl", pnl)
        if when is not None:
            self._tick(when)
        before = self.state if self._keep else None
        lanes.step_lane(self._packed, self._states, self._moves, pnl)
        if before is not None:
            route = ("market", "trading") if pnl >= 0.0 else ("trading", "market")
            self._rows.append(
                ledger.Row(
                    self._time,
                    "trade",
                    *route,
                    abs(pnl),
                    "profit" if pnl > 0.0 else "loss" if pnl < 0.0 else "break-even",
                )
            )
            self._book(before)

    def size(
        self,
        available: float,
        *,
        expected_return: float | None = None,
        volatility: float | None = None,
        regime: str = UNKNOWN,
        kelly: float | None = None,
        exposure: float | None = None,
        held: float = 0.0,
        when: datetime | date | None = None,
        overlay: Policy | None = None,
    ) -> float:
        """
        Return the money to stake now.

        Parameters
        ----------
        available : float
            Free balance, 0 or more; the size never exceeds it.
        expected_return, volatility : float, optional
            Annual shares; needed when the policy has a risk or a leverage rule.
        regime : MarketRegime or str, optional
            The market's regime; unknown unless given.
        kelly : float, optional
            The market's full-Kelly fraction; needed when the stake is a multiple of it.
        exposure, held : float, optional
            Money in all open positions (`held` unless given), and the part of it in this asset.
        when : datetime or date, optional
            Time of the question, UTC; a new day or week ends its stops and settles its period.
        overlay : Policy, optional
            Size with these rules instead of the account's own; the account is booked by its own all the same.

        Returns
        -------
        float
            Account's currency, 0 or more, not rounded.

        Raises
        ------
        ParameterError
            If an input is missing, out of range or in the wrong unit, or the clock runs backwards.
        """
        rules = self._policy if overlay is None else overlay
        question = sizing_inputs(rules, available, expected_return, volatility, regime, kelly, exposure, held)
        if when is not None:
            self._tick(when)
        if rules is not self._overlay:
            self._overlay, self._overlay_packed = rules, lanes.pack(rules)
        return float(lanes.size_lane(self._overlay_packed, self._states, *question))

    def deposit(self, amount: float, *, when: datetime | date | None = None) -> None:
        """Book money paid in, above 0: neither profit nor drawdown."""
        self._flow(positive("amount", amount), "trading", when)

    def withdraw(
        self, amount: float, *, part: Literal["trading", "operating"] = "trading", when: datetime | date | None = None
    ) -> None:
        """
        Book money taken out of the trading account, or spent from operating capital.

        Parameters
        ----------
        amount : float
            Above 0, and at most what the part holds.
        part : {"trading", "operating"}, optional
            Where it comes from.
        when : datetime or date, optional
            Time, UTC.

        Raises
        ------
        ParameterError
            If the part does not hold the amount; nothing is booked then.
        """
        amount = positive("amount", amount)
        if part not in ("trading", "operating"):
            raise ParameterError(f"part must be trading or operating, got {part!r}.")
        kept = self._states.copy(), self._when, len(self._rows)
        if when is not None:
            self._tick(when)
        held = getattr(self.state, part)
        if amount > held:
            self._states, self._when = kept[:2]
            del self._rows[kept[2] :]
            raise ParameterError(
                f"amount {amount:,.2f} is more than {part} holds ({held:,.2f}). Withdraw at most that."
            )
        self._flow(-amount, part, None)

    def advance(self, when: datetime | date) -> None:
        """Move the clock without a trade: settle a period that is over, end the stops of its day or week."""
        self._tick(when)

    def resume(self, *, when: datetime | date | None = None) -> None:
        """End a halt by hand: trading restarts one level down, and the halt returns at the next new low."""
        if when is not None:
            self._tick(when)
        before = self.state
        lanes.resume_lane(self._states)
        self._moves[:] = 0.0
        self._book(before)

    def ledger(self) -> pd.DataFrame:
        """Return every transfer and level change so far: time, rule, from, to, amount, reason."""
        return ledger.table(self._rows)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole account as plain numbers, words and lists; `from_dict` continues it identically."""
        return {
            "policy": self._policy.to_dict(),
            "state": self.state._asdict(),
            "when": self._time,
            "keep_ledger": self._keep,
            "ledger": [list(row) for row in self._rows],
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Account:
        """Return the account that `to_dict` described; every number is checked."""
        try:
            account = cls(Policy.from_dict(saved["policy"]), 1.0, keep_ledger=bool(saved["keep_ledger"]))
            values = [finite(name, saved["state"][name]) for name in State._fields]
            account._rows = [
                ledger.Row(str(time), str(name), str(source), str(target), float(amount), str(reason))
                for time, name, source, target, amount, reason in saved["ledger"]
            ]
            account._when = as_utc(datetime.fromisoformat(saved["when"])) if saved["when"] else None
        except (KeyError, TypeError, AttributeError) as error:
            raise ParameterError(f"the saved account is incomplete: {error!r}. Restore an older save.") from error
        account._states[:] = values
        return account

    @property
    def _time(self) -> str:
        return self._when.isoformat() if self._when is not None else ""

    def _tick(self, when: datetime | date) -> None:
        now = as_utc(when)
        if self._when is not None and now < self._when:
            raise ParameterError(
                f"the clock runs backwards: {now.isoformat()} after {self._time}. Book trades in order."
            )
        self._when = now
        day, week = day_and_week(now)
        if day > self._states[_DAY]:
            before = self.state if self._keep else None
            lanes.advance_lane(self._packed, self._states, self._moves, day, week)
            if before is not None:
                self._book(before)

    def _flow(self, amount: float, part: str, when: datetime | date | None) -> None:
        if when is not None:
            self._tick(when)
        lanes.flow_lane(self._states, amount if part == "trading" else 0.0, amount if part == "operating" else 0.0)
        if self._keep:
            route = ("outside", part) if amount > 0.0 else (part, "outside")
            self._rows.append(
                ledger.Row(self._time, "flow", *route, abs(amount), "deposit" if amount > 0.0 else "withdrawal")
            )

    def _book(self, before: State | None) -> None:
        if self._keep:
            after = self.state
            self._rows.extend(ledger.moved(self._time, Moves(*self._moves.tolist()), after, self._policy))
            self._rows.extend(ledger.switched(self._time, before, after))
