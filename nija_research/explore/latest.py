"""
Only the newest event is drawn: what comes in while a picture is made, or within a blink, is drawn once.

Stands on: nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Latest"]

#: Seconds that events may follow each other in; a blink is ten times as long.
PAUSE = 0.02


class Latest:
    """
    Call a function once for many asks.

    Parameters
    ----------
    work : callable
        Called without arguments, a moment after the last ask before it began.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work, self._due = work, False

    def ask(self) -> None:
        """Ask for a call; at once where no event loop runs, as in a script."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._work()
            return
        if not self._due:
            self._due = True
            loop.call_later(PAUSE, self._call)

    def _call(self) -> None:
        self._due = False
        self._work()
