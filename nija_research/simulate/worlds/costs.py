"""
What trading costs, taken off every return before a world is made.

``net = leverage x (gross - sides x (fee + slippage) - funding)``: gross is the return on notional, net the return per
unit staked, which is what an account books. Costs are paid on the notional, so leverage multiplies them too. Nothing is
clipped: a leveraged loss beyond the stake is a debt, as in `policy.state`. Stands on: `errors`, `units`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nija_research.errors import ParameterError
from nija_research.units import finite, positive, share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Costs", "costs_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """
    Costs of one step.

    Attributes
    ----------
    fee, slippage : float
        Shares of notional per side, in [0, 1).
    funding : float
        Share of notional per step; below 0 when it is received.
    leverage : float
        Notional per unit staked, above 0.
    sides : float
        Sides traded a step, 0 to 2: 2 for a round trip, less for a position that is held from bar to bar.
    """

    fee: float = 0.0
    slippage: float = 0.0
    funding: float = 0.0
    leverage: float = 1.0
    sides: float = 2.0

    def __post_init__(self) -> None:
        for name in ("fee", "slippage"):
            if share(name, getattr(self, name)) == 1.0:
                raise ParameterError(f"{name} must be a share of notional below 1, got 1.0. 1 percent is written 0.01.")
        if abs(finite("funding", self.funding)) >= 1.0:
            raise ParameterError(
                f"funding is a share of notional, got {self.funding!r}. 0.01 percent is written 0.0001."
            )
        positive("leverage", self.leverage)
        if not 0.0 <= finite("sides", self.sides) <= 2.0:
            raise ParameterError(f"sides must lie in [0, 2], got {self.sides!r}. A round trip has 2.")

    @property
    def per_step(self) -> float:
        """Share of notional that a step costs."""
        return self.sides * (self.fee + self.slippage) + self.funding

    def net(self, gross: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what is left per unit staked of returns on notional."""
        return self.leverage * (gross - self.per_step)

    def words(self) -> str:
        """Return the costs as a clause, empty where there are none."""
        parts = [f"{self.per_step:g} of notional a step"] if self.per_step else []
        parts += [f"leverage {self.leverage:g}"] if self.leverage != 1.0 else []
        return f", less costs of {' and at '.join(parts)}" if self.per_step else ", at " + parts[0] if parts else ""


#: Nothing taken off.
NONE = Costs()


def costs_of(costs: Costs | None) -> Costs:
    """Return the costs, none unless given; anything else is refused."""
    if costs is not None and not isinstance(costs, Costs):
        raise ParameterError(f"costs must be Costs, got {costs!r}. Write Costs(fee=0.001) for 0.1 % a side.")
    return NONE if costs is None else costs
