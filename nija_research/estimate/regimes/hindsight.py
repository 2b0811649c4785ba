"""
Arrays that know the future, marked so that nothing which trades will take them.

A smoothed probability or a most likely path uses bars that had not happened yet. `Hindsight` is an ordinary array to
look at and to plot. The mark stays on slices, sums, comparisons and what numpy's functions make of it, and is seen
through `numpy.asarray`, its slices, and a pandas Series that was built from it. It is lost when the numbers are copied
out of numpy's sight: `tolist`, `numpy.array`, arithmetic on what `numpy.asarray` gave, an array indexed with it, a
DataFrame built from it, and arithmetic done by pandas (``pd.Series(h) > 0.5``; write ``pd.Series(h > 0.5)``). It warns
of mistakes; it does not stop who wants to be fooled. Stands on: `errors`.
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
            Any array; its numbers are copied, so that a plain view of the result leads back to the mark.

        Returns
        -------
        Hindsight
        """
        marked = cls(values.shape, values.dtype)
        marked[...] = values
        return marked

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Call numpy's function, and mark what it made of the numbers."""
        return _mark(super().__array_function__(func, types, args, kwargs))


def _mark(found: Any) -> Any:
    if isinstance(found, (list, tuple)) and type(found) in (list, tuple):
        return type(found)(_mark(part) for part in found)
    plain = isinstance(found, np.ndarray) and not isinstance(found, Hindsight) and found.ndim > 0
    return Hindsight.of(found) if plain else found


def refuse(name: str, values: Any) -> None:
    """
    Turn away what was made with hindsight.

    Parameters
    ----------
    name : str
        The parameter's name, for the message.
    values : object
        Anything; a `Hindsight` array, a view of one, a pandas Series built on one, or a list that holds one is refused.

    Raises
    ------
    ParameterError
        If `values` carries the mark.
    """
    if _marked(values):
        raise ParameterError(
            f"{name} must be made from the past alone, got an array of hindsight (smoothed or most likely path): it "
            "knows bars that had not happened. Use .filter, .label or walk_forward."
        )


def _marked(values: Any) -> bool:
    if isinstance(values, (list, tuple)):
        return any(isinstance(part, (list, tuple, np.ndarray)) and _marked(part) for part in values)
    here = values if isinstance(values, np.ndarray) or not hasattr(values, "to_numpy") else values.to_numpy()
    while here is not None:  # a view keeps what it is a view of
        if isinstance(here, Hindsight):
            return True
        here = getattr(here, "base", None)
    return False
