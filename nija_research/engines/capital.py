"""
`CapitalScalingEngine` and the engine by account name: the printed object API.

The engine holds an `Account`, translates names and units, and saves itself; the sums are the policy's.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from nija_research.engines import accounts as saving
from nija_research.engines.accounts import account_report as report
from nija_research.engines.accounts import open_account, put_account
from nija_research.engines.config import CapitalEngineConfig
from nija_research.errors import DataError, ParameterError
from nija_research.policy.account import Account
from nija_research.units import finite, not_negative

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CapitalScalingEngine", "get_capital_engine"]


class CapitalScalingEngine:
    """
    Position sizes and capital bookkeeping under the printed rules of the capital scaling framework.

    Parameters
    ----------
    base_capital : float, optional
        Base capital, above 0; may be left out when a shared account is joined.
    current_capital : float, optional
        Equity at the start; the base unless given. 0.0 is a wiped-out account.
    config : CapitalEngineConfig, optional
        The settings; as printed unless given.
    account : str, optional
        Name of a shared account; an account of its own unless given.
    when : datetime or date, optional
        Time of the start, UTC.
    keep_ledger : bool, optional
        Record every transfer and level change.
    autosave : str or Path, optional
        File that is rewritten after every change.

    Raises
    ------
    ParameterError
        If capital or config is out of range, or the shared account is open with others.

    Examples
    --------
    >>> CapitalScalingEngine(base_capital=10000.0, current_capital=12000.0).get_optimal_position_size(12000.0)
    475.0
    """

    kind: ClassVar[str] = "capital"

    def __init__(
        self,
        base_capital: float | None = None,
        current_capital: float | None = None,
        config: CapitalEngineConfig | None = None,
        *,
        account: str | None = None,
        when: datetime | date | None = None,
        keep_ledger: bool = True,
        autosave: str | Path | None = None,
    ) -> None:
        if config is not None and not isinstance(config, CapitalEngineConfig):
            raise ParameterError(f"config must be a CapitalEngineConfig, got {config!r}.")
        wanted, default = (config.policy() if config else None), CapitalEngineConfig().policy()
        self._account = open_account(
            account, wanted, default, base_capital, current_capital, when=when, keep_ledger=keep_ledger
        )
        self._autosave = autosave
        self._keep()

    @property
    def account(self) -> Account:
        """The account behind this engine."""
        return self._account

    def get_optimal_position_size(
        self,
        available_balance: float,
        *,
        exposure: float | None = None,
        asset_exposure: float = 0.0,
        when: datetime | date | None = None,
    ) -> float:
        """
        Return the money to stake now.

        Parameters
        ----------
        available_balance : float
            Free balance, 0 or more; the size never exceeds it.
        exposure, asset_exposure : float, optional
            Money in all open positions, and the part of it in this asset.
        when : datetime or date, optional
            Time, UTC.

        Returns
        -------
        float
            Account's currency, not rounded.
        """
        balance = not_negative("available_balance", available_balance)
        return self._account.size(balance, exposure=exposure, held=asset_exposure, when=when)

    def record_profit(self, profit_amount: float, *, when: datetime | date | None = None) -> None:
        """
        Book a winning trade.

        Parameters
        ----------
        profit_amount : float
            Profit after costs, 0 or more.
        when : datetime or date, optional
            Time, UTC.

        Raises
        ------
        ParameterError
            If it is negative or not finite, or the clock runs backwards; nothing is booked then.
        """
        if finite("profit_amount", profit_amount) < 0.0:
            raise ParameterError(
                f"profit_amount must not be negative, got {profit_amount!r}. Use record_loss for a loss."
            )
        self._account.trade(profit_amount, when=when)
        self._keep()

    def record_loss(self, loss_amount: float, *, when: datetime | date | None = None) -> None:
        """
        Book a losing trade, or a break-even one.

        Parameters
        ----------
        loss_amount : float
            The loss as a negative number; 0 is a break-even trade, neither win nor loss.
        when : datetime or date, optional
            Time, UTC.

        Raises
        ------
        ParameterError
            If it is positive or not finite, or the clock runs backwards; nothing is booked then.
        """
        if finite("loss_amount", loss_amount) > 0.0:
            raise ParameterError(
                f"loss_amount is written as 0 or a negative number, got {loss_amount!r}. Write {-loss_amount!r}."
            )
        self._account.trade(loss_amount, when=when)
        self._keep()

    def deposit(self, amount: float, *, when: datetime | date | None = None) -> None:
        """Book money paid in: neither profit nor drawdown."""
        self._account.deposit(amount, when=when)
        self._keep()

    def withdraw(self, amount: float, *, when: datetime | date | None = None) -> None:
        """Book money taken out of the trading account: neither loss nor drawdown."""
        self._account.withdraw(amount, when=when)
        self._keep()

    def resume(self, *, when: datetime | date | None = None) -> None:
        """End a halt by hand: trading restarts one level down, and the halt returns at the next new low."""
        self._account.resume(when=when)
        self._keep()

    def should_halt_trading(self) -> bool:
        """Whether any rule stops trading now."""
        return bool(self._account.blocks)

    def get_current_state(self) -> dict[str, Any]:
        """
        Return the account's figures.

        Returns
        -------
        dict
            Money in the account's currency (`total_capital` is equity with its preserved and locked parts),
            `drawdown_pct` in percent, `protection_level` as printed, `halt_reasons`.
        """
        s = self._account.state
        return {
            "total_capital": self._account.equity,
            "base_capital": s.base,
            "trading_capital": s.trading,
            "preserved_profit": s.preserved,
            "locked_profit": s.locked,
            "war_chest": s.chest,
            "operating_capital": s.operating,
            "withdrawn": s.withdrawn,
            "net_deposits": s.flows,
            "total_profit": s.profit,
            "highest_milestone": s.milestone,
            "drawdown_pct": self._account.drawdown * 100.0,
            "protection_level": self._account.level,
            "consecutive_wins": int(s.wins),
            "consecutive_losses": int(s.losses),
            "halted": self.should_halt_trading(),
            "halt_reasons": list(self._account.blocks),
        }

    def generate_report(self) -> str:
        """Return the account as readable text, every number with its unit."""
        return report("Capital report", self._account, self._extra())

    def ledger(self) -> pd.DataFrame:
        """Return every transfer and level change: time, rule, from, to, amount, reason."""
        return self._account.ledger()

    def save(self, path: str | Path) -> Path:
        """Write the whole engine as JSON: beside the file first, then renamed over it."""
        content = {"kind": self.kind, "account": self._account.to_dict(), **self._more()}
        return saving.write_saved(path, content)

    @classmethod
    def restore(cls, path: str | Path, *, account: str | None = None) -> Self:
        """
        Return the engine that was saved; it continues identically.

        Parameters
        ----------
        path : str or Path
            What `save` wrote.
        account : str, optional
            Share it under this name.

        Returns
        -------
        CapitalScalingEngine

        Raises
        ------
        DataError
            If the file is damaged, of another schema, or of another kind of engine.
        """
        content = saving.read_saved(path)
        if content.get("kind") != cls.kind:
            raise DataError(
                f"{path}: holds a {content.get('kind')!r} engine, not a {cls.kind!r} one. "
                "Restore it with its own class."
            )
        engine = cls.__new__(cls)
        try:
            engine._account = Account.from_dict(content["account"])
            engine._autosave = None
            engine._take(content)
        except (KeyError, ParameterError) as error:
            raise DataError(f"{path}: {error}") from error
        if account is not None:
            put_account(account, engine._account)
        return engine

    def _extra(self) -> list[tuple[str, str]]:
        return []

    def _more(self) -> dict[str, Any]:
        return {}

    def _take(self, content: dict[str, Any]) -> None:
        """Read what `_more` wrote."""

    def _keep(self) -> None:
        if self._autosave is not None:
            self.save(self._autosave)


def get_capital_engine(
    base_capital: float | None = None,
    current_capital: float | None = None,
    config: CapitalEngineConfig | None = None,
    *,
    account: str = "default",
) -> CapitalScalingEngine:
    """
    Return an engine on the shared account of this name, opened by whoever asks first.

    Parameters
    ----------
    base_capital, current_capital : float, optional
        Needed for the first call; given again, they must be the account's (equity then or now).
    config : CapitalEngineConfig, optional
        Needed only when it differs from the printed settings.
    account : str, optional
        The name.

    Returns
    -------
    CapitalScalingEngine
    """
    return CapitalScalingEngine(base_capital, current_capital, config, account=account)
