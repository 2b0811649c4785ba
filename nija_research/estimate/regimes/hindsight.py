"""
Arrays that know the future, marked so that nothing which trades will take them.

A smoothed probability or a most likely path uses bars that had not happened yet. `Hindsight` is an ordinary array to
look at and to plot; slices of it and sums with it keep the mark, and `refuse` turns it away.
Stands on: `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nija_research.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Hindsight", "refuse"]


class Hindsight(np.ndarray[Any, Any]):
    """
    An array made with knowledge of later bars: for looking back, never for trading.

    Examples
    --------
    >>> seen_later = Hindsight.of(np.array([0.2, 0.9]))
    >>> type(seen_later[1:] > 0.5).__name__
    'Hindsight'
    """

    @classmethod
    def of(cls, values: NDArray[Any]) -> Hindsight:
        """
        Mark an array.

        Parameters
        ----------
        values : numpy.ndarray
            Any array; its numbers are shared, not copied.

        Returns
        -------
        Hindsight
        """
        return values.view(cls)


def refuse(name: str, values: Any) -> None:
    """
    Turn away what was made with hindsight.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    values : object
        Anything; only a `Hindsight` array, or a list that holds one, is refused.

    Raises
    ------
    ParameterError
        If `values` carries the mark.
    """
    marked = isinstance(values, Hindsight) or (
        isinstance(values, (list, tuple)) and any(isinstance(value, Hindsight) for value in values)
    )
    if marked:
        raise ParameterError(
            f"{name} must be made from the past alone, got an array of hindsight (smoothed or most likely path): it "
            "knows bars that had not happened. Use .filter, .label or walk_forward."
        )
