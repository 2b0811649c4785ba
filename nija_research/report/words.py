"""
Sentences that a notebook works out from its run: shown as text on the screen and on the printed page.

Stands on: `errors`.
"""

from __future__ import annotations

from nija_research.errors import ParameterError

__all__ = ["say"]


def say(text: str) -> None:
    """
    Show a paragraph; nothing for an empty one.

    Parameters
    ----------
    text : str
        Markdown.

    Raises
    ------
    ParameterError
        If `text` is no text.
    """
    if not isinstance(text, str):
        raise ParameterError(f"say wants text, got {type(text).__name__}.")
    if not text.strip():
        return
    from IPython.display import display

    display({"text/markdown": text, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
