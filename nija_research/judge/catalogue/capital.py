"""
What the printed capital engine does: figures, sizes and settings after some trades.

Each function opens a new engine of its own, books the trades (money, losses negative) as often as told, and reads one
number. Settings have their printed names and units; a switch is 1 or 0.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from nija_research.engines import CapitalEngineConfig, CapitalScalingEngine, DrawdownConfig, ProtectionLevel
from nija_research.errors import ParameterError

__all__ = ["capital", "capital_refuses", "capital_setting", "capital_size", "report_lines", "stake_growth"]

#: Base capital of the printed integration example.
BASE = 10_000.0

_GUARD = {f.name for f in fields(DrawdownConfig)}


def booked(engine: CapitalScalingEngine, trades: tuple[float, ...], times: float) -> CapitalScalingEngine:
    """Book the trades in order, all of them `times` times, and return the engine."""
    for _ in range(int(times)):
        for pnl in trades:
            if pnl > 0.0:
                engine.record_profit(pnl)
            else:
                engine.record_loss(pnl)
    return engine


def switched(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with their switches as truth values."""
    return {name: bool(value) if name.startswith("enable_") else value for name, value in settings.items()}


def setting(config: Any, name: str) -> float:
    """Return one setting of a printed config."""
    if name not in {f.name for f in fields(config)} or not isinstance(getattr(config, name), int | float):
        raise ParameterError(f"{type(config).__name__} has no number {name!r}.")
    return float(getattr(config, name))


def _config(settings: dict[str, Any]) -> CapitalEngineConfig:
    guard = {name: value for name, value in settings.items() if name in _GUARD}
    rest = {name: value for name, value in settings.items() if name not in _GUARD}
    return CapitalEngineConfig(**switched(rest), drawdown=DrawdownConfig(**guard) if guard else None)


def _engine(
    trades: tuple[float, ...], times: float, base: float, current: float | None, settings: dict[str, Any]
) -> CapitalScalingEngine:
    return booked(CapitalScalingEngine(base, current, _config(settings)), trades, times)


def _stake(engine: CapitalScalingEngine) -> float:
    """What is staked with all of the account's money available."""
    return engine.get_optimal_position_size(available_balance=max(engine.account.equity, 0.0))


def capital(
    figure: str, *trades: float, times: float = 1, base: float = BASE, current: float | None = None, **settings: Any
) -> float:
    """Return a figure of the printed state after trades; a protection level is its number, 0 for NORMAL."""
    state = _engine(trades, times, base, current, settings).get_current_state()
    value = state.get(figure)
    if isinstance(value, ProtectionLevel):
        return float(tuple(ProtectionLevel).index(value))
    if not isinstance(value, int | float):
        raise ParameterError(f"the state has no number {figure!r}.")
    return float(value)


def capital_size(
    *trades: float, times: float = 1, base: float = BASE, current: float | None = None, **settings: Any
) -> float:
    """Return the money staked after trades, with all of the account's money available."""
    return _stake(_engine(trades, times, base, current, settings))


def capital_setting(name: str, **settings: Any) -> float:
    """Return a setting of the capital engine or of its drawdown protection; the default unless given."""
    config = _config(settings)
    return setting(config.drawdown if name in _GUARD else config, name)


def capital_refuses(*trades: float, **settings: Any) -> float:
    """Return 1 where the engine refuses these settings or trades with an error, 0 where it takes them."""
    try:
        _engine(trades, 1, BASE, None, settings)
    except ParameterError:
        return 1.0
    return 0.0


def stake_growth(wins: float, gain: float, **settings: Any) -> float:
    """Return the stake after some winning trades over the first one; each earns the share `gain` of its stake."""
    engine = _engine((), 0, BASE, None, settings)
    first = _stake(engine)
    for _ in range(int(wins)):
        engine.record_profit(_stake(engine) * gain)
    return _stake(engine) / first


def report_lines() -> float:
    """Return how many figures the printed report shows, one a line."""
    report = _engine((500.0, -100.0), 1, BASE, None, {}).generate_report()
    return float(sum(len(line.split()) > 1 for line in report.splitlines()[2:]))
