"""
`AutonomousScalingEngine`: the capital engine with leverage, regime share and risk adjustment in its sizes.

Profit and loss are booked by the account's own rules; this engine only changes what is staked.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

from nija_research.engines.capital import CapitalScalingEngine
from nija_research.engines.config import AutoScalingConfig, CapitalEngineConfig
from nija_research.errors import ParameterError
from nija_research.policy.regime import UNKNOWN, MarketRegime, regime_index
from nija_research.units import not_negative

__all__ = ["AutonomousScalingEngine", "get_autonomous_engine"]


class AutonomousScalingEngine(CapitalScalingEngine):
    """
    Position sizes that follow market regime, volatility and expected return.

    Parameters
    ----------
    base_capital, current_capital : float, optional
        As for `CapitalScalingEngine`.
    config : AutoScalingConfig, optional
        What this engine adds to the size; as printed unless given.
    capital_config : CapitalEngineConfig, optional
        How the account is booked; the account's own, or as printed, unless given.
    account, when, keep_ledger, autosave
        As for `CapitalScalingEngine`.

    Examples
    --------
    >>> engine = AutonomousScalingEngine(base_capital=10000.0, current_capital=12000.0)
    >>> engine.update_market_regime(MarketRegime.BULL_TRENDING)
    >>> size = engine.get_optimal_position_size(12000.0, expected_return=0.15, volatility=0.25)
    >>> round(size, 2)
    182.4
    """

    kind: ClassVar[str] = "autonomous"

    def __init__(
        self,
        base_capital: float | None = None,
        current_capital: float | None = None,
        config: AutoScalingConfig | None = None,
        *,
        capital_config: CapitalEngineConfig | None = None,
        account: str | None = None,
        when: datetime | date | None = None,
        keep_ledger: bool = True,
        autosave: str | Path | None = None,
    ) -> None:
        if config is not None and not isinstance(config, AutoScalingConfig):
            raise ParameterError(f"config must be an AutoScalingConfig, got {config!r}.")
        self._config = config or AutoScalingConfig()
        self._regime: MarketRegime | str = UNKNOWN
        super().__init__(
            base_capital,
            current_capital,
            capital_config,
            account=account,
            when=when,
            keep_ledger=keep_ledger,
            autosave=autosave,
        )
        self._sizing = self._config.over(self._account.policy)

    @property
    def regime(self) -> MarketRegime | str:
        """The market regime last told, "UNKNOWN" before."""
        return self._regime

    def update_market_regime(self, regime: MarketRegime | str) -> None:
        """
        Tell the engine the market's regime.

        Parameters
        ----------
        regime : MarketRegime or str
            A member, its name, or "UNKNOWN".

        Raises
        ------
        ParameterError
            If there is no such regime; the old one stays.
        """
        self._regime = (*MarketRegime, UNKNOWN)[regime_index(regime)]
        self._keep()

    def get_optimal_position_size(
        self,
        available_balance: float,
        expected_return: float | None = None,
        volatility: float | None = None,
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
        expected_return, volatility : float
            Annual shares (0.15 is 15 % a year); needed unless the rules that read them are off.
        exposure, asset_exposure : float, optional
            Money in all open positions, and the part of it in this asset.
        when : datetime or date, optional
            Time, UTC.

        Returns
        -------
        float
            Account's currency, not rounded.
        """
        return self._account.size(
            not_negative("available_balance", available_balance),
            expected_return=expected_return,
            volatility=volatility,
            regime=self._regime,
            exposure=exposure,
            held=asset_exposure,
            when=when,
            overlay=self._sizing,
        )

    def get_current_state(self) -> dict[str, Any]:
        """Return the account's figures and the market regime."""
        return {**super().get_current_state(), "market_regime": self._regime}

    def _extra(self) -> list[tuple[str, str]]:
        return [("Market regime", str(self._regime))]

    def _more(self) -> dict[str, Any]:
        config = {f.name: getattr(self._config, f.name) for f in fields(self._config)}
        config["regime_allocations"] = {str(k): v for k, v in (self._config.regime_allocations or {}).items()}
        return {"regime": str(self._regime), "config": config}

    def _take(self, content: dict[str, Any]) -> None:
        self._config = AutoScalingConfig(**content["config"])
        self._sizing = self._config.over(self._account.policy)
        self._regime = (*MarketRegime, UNKNOWN)[regime_index(content["regime"])]


def get_autonomous_engine(
    base_capital: float | None = None,
    current_capital: float | None = None,
    config: AutoScalingConfig | None = None,
    *,
    account: str = "default",
) -> AutonomousScalingEngine:
    """
    Return an engine on the shared account of this name, opened by whoever asks first.

    Parameters
    ----------
    base_capital, current_capital : float, optional
        Needed for the first call; given again, they must be the account's (equity then or now).
    config : AutoScalingConfig, optional
        What this engine adds to the size.
    account : str, optional
        The name.

    Returns
    -------
    AutonomousScalingEngine
    """
    return AutonomousScalingEngine(base_capital, current_capital, config, account=account)
