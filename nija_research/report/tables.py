"""
Tables and sentences of a report.

A table is shown as HTML in the notebook and carries its rows, caption and notes for the PDF. A sentence is markdown.
Nothing here draws or runs notebooks.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nija_research.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MIME", "say", "table"]


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


#: Media type of the private output beside the HTML.
MIME = "application/vnd.nija.table+json"

Format = str | Callable[[Any], str]


def table(
    frame: pd.DataFrame | pd.Series,
    *,
    caption: str,
    label: str | None = None,
    formats: Mapping[str, Format] | None = None,
    notes: str | Sequence[str] | None = None,
) -> None:
    """
    Show a table with a numbered caption in the report; long tables repeat their header on every page.

    Parameters
    ----------
    frame : pandas.DataFrame or pandas.Series
        The rows. The index is shown if it has a name or is not just row numbers.
    caption : str
        One or two sentences; inline ``$...$`` mathematics and markdown are set.
    label : str, optional
        Name to refer to: ``@tab-LABEL`` in the text becomes "Table 2".
    formats : mapping, optional
        By column: a format specification such as ``".1%"``, or a function from value to text. Floats not
        named here show four significant digits, the same number of decimals in a whole column.
    notes : str or sequence of str, optional
        Lines printed below the table.

    Raises
    ------
    ParameterError
        If the caption is empty or `formats` names a column that is not there.
    """
    import pandas as pd
    from IPython.display import display

    if not caption.strip():
        raise ParameterError("table wants a caption, got an empty one.")
    if not isinstance(frame, (pd.DataFrame, pd.Series)):
        raise ParameterError(f"table wants a DataFrame or Series, got {type(frame).__name__}.")
    content: Any = frame.to_frame() if isinstance(frame, pd.Series) else frame
    if any(content.index.names) or not isinstance(content.index, pd.RangeIndex):
        content = content.rename_axis(index=[n or "" for n in content.index.names]).reset_index(allow_duplicates=True)
    titles = [" ".join(str(p) for p in c if str(p)) if isinstance(c, tuple) else str(c) for c in content.columns]
    if unknown := sorted(set(formats or {}) - set(titles)):
        raise ParameterError(
            f"formats names columns that are not there: {', '.join(unknown)} (has: {', '.join(titles)})."
        )
    columns = [_column(content.iloc[:, i], (formats or {}).get(title)) for i, title in enumerate(titles)]
    numeric = [bool(pd.api.types.is_numeric_dtype(d)) and not pd.api.types.is_bool_dtype(d) for d in content.dtypes]
    rows = [list(row) for row in zip(*columns, strict=True)]
    data: dict[str, Any] = {
        "header": titles,
        "rows": rows,
        "align": ["right" if n else "left" for n in numeric],
        "caption": caption.strip(),
        "label": label,
        "notes": [notes] if isinstance(notes, str) else list(notes or []),
    }
    text = "\n".join(["\t".join(titles), *("\t".join(row) for row in rows)])
    display({MIME: data, "text/html": _html(data), "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]


def _column(values: pd.Series, form: Format | None) -> list[str]:
    import pandas as pd

    if form is None and pd.api.types.is_float_dtype(values.dtype):
        form = f".{_decimals([float(v) for v in values if pd.notna(v) and math.isfinite(v)])}f"
    return [_cell(value, form) for value in values]


def _decimals(values: Sequence[float]) -> int:
    """Decimals that show four significant digits of the column's typical number, six at most."""
    sizes = sorted(abs(v) for v in values if v)
    if not sizes or all(v == round(v) for v in values):
        return 0
    return min(6, max(0, 3 - math.floor(math.log10(sizes[len(sizes) // 2]))))


def _cell(value: Any, form: Format | None) -> str:
    import pandas as pd

    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return "–"
    if callable(form):
        return str(form(value))
    number = isinstance(value, (int, float)) or hasattr(value, "dtype")
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        text = "yes" if value else "no"
    elif isinstance(value, float) and math.isinf(value):
        text = "∞" if value > 0 else "-∞"
    elif form:
        text = format(value, form)
    elif isinstance(value, pd.Timestamp):
        text = value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%d %H:%M")
    else:
        text = str(value)
    return text.replace("-", "−", 1) if number and text.startswith("-") else text


def _html(data: Mapping[str, Any]) -> str:
    def row(tag: str, cells: Sequence[str]) -> str:
        pairs = zip(cells, data["align"], strict=True)
        return "<tr>" + "".join(f'<{tag} style="text-align:{a}">{html.escape(c)}</{tag}>' for c, a in pairs) + "</tr>"

    body = "".join(row("td", r) for r in data["rows"])
    notes = "".join(f"<p><small>{html.escape(n)}</small></p>" for n in data["notes"])
    caption = f'<caption style="text-align:left"><b>{html.escape(data["caption"])}</b></caption>'
    return f"<table>{caption}<thead>{row('th', data['header'])}</thead><tbody>{body}</tbody></table>{notes}"
