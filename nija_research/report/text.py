"""
Sentences of the reports that this run's data decide: what a fixed text cannot say truly of every file.

Stands on: nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from nija_research.errors import ParameterError

__all__ = ["say"]


def say(sentences: str | Iterable[str]) -> None:
    """
    Show a paragraph in the report.

    Parameters
    ----------
    sentences : str or iterable of str
        Markdown; several become one paragraph, empty ones are left out. Nothing is shown when nothing is left.

    Raises
    ------
    ParameterError
        If what is given is no text.
    """
    from IPython.display import display

    parts = [sentences] if isinstance(sentences, str) or not isinstance(sentences, Iterable) else list(sentences)
    if not all(isinstance(part, str) for part in parts):
        raise ParameterError(f"say wants text, got {next(p for p in parts if not isinstance(p, str))!r}.")
    text = " ".join(part.strip() for part in parts if part.strip())
    if text:
        display({"text/markdown": text, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
