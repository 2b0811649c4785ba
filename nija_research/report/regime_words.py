"""What the regime chapters say of this run: each sentence is decided by its numbers, none is fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nija_research.estimate.regimes.model import EDGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nija_research.estimate.regimes.evaluation import Detection
    from nija_research.estimate.regimes.model import RegimeModel
    from nija_research.estimate.regimes.prediction import Prediction
    from nija_research.estimate.regimes.walk import WalkForward

__all__ = [
    "answer",
    "calendars",
    "chosen",
    "faked",
    "lateness",
    "predicted",
    "same_rows",
    "timing",
    "told_apart",
    "value_found",
    "when",
]

NOT_KNOWN = "not known"

#: Why a table of books has intervals of ratio and growth, and none of the rest.
NO_INTERVAL = (
    "The drawdown has no interval: it is the one worst fall of one history, and blocks put together anew break the "
    "long falls it is made of. Exposure and turnover are counted, not estimated."
)


def answer(made: WalkForward, later: RegimeModel, time: pd.DatetimeIndex) -> str:
    """
    First sentence of the chapter: the label now, or that there is none.

    Parameters
    ----------
    made : WalkForward
        Labels of the day.
    later : RegimeModel
        Fitted to all bars.
    time : pandas.DatetimeIndex, shape (n,)
        Of the bars.

    Returns
    -------
    str
    """
    n, z = len(made), later.evidence
    if not later.found:
        return (
            f"**No regimes found in these data.** Wild bars keep company with wild bars no more than chance makes them "
            f"($z = {z:.1f}$ over {n:,} bars; {EDGE:g} is asked for): this is one volatility, or too few bars to tell. "
            "No label is given, and none should move a stake."
        )
    label = str(made.label[-1])
    if label == "UNKNOWN":
        why = "the last refit found no regimes yet" if not made.last.found else "too few bars of the slowest timeframe"
        return f"**No label yet**: {why} ({n:,} bars, $z = {z:.1f}$ by now)."
    name, chance = label.replace("_", " ").lower(), float(np.nanmax(made.label_probability[-1]))
    place = made.label_probability[-1][_place(label)]
    more = f" Another label is likelier ({chance:.2f}), not by enough to change." if place < chance else ""
    return (
        f"**{name.capitalize()}** since {when(time, made.since)}, with probability {place:.2f}.{more} Volatility "
        f"changes and stays changed in these data ($z = {z:.1f}$ over {n:,} bars; {EDGE:g} is asked for)."
    )


def when(time: pd.DatetimeIndex, bar: int) -> str:
    """
    Time of a bar, to the minute where the bars are shorter than a day.

    Parameters
    ----------
    time : pandas.DatetimeIndex, shape (n,)
        Of the bars.
    bar : int
        Which one.

    Returns
    -------
    str
    """
    whole = bool((time == time.normalize()).all())
    return time[bar].strftime("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M")


def _place(label: str) -> int:
    from nija_research.estimate.regimes.series import LABELS

    return LABELS.index(label)


def told_apart(states: pd.DataFrame, made: WalkForward, later: RegimeModel) -> str:
    """
    How well states are told apart: by volatility, by mean, between refits.

    Parameters
    ----------
    states : pandas.DataFrame
        One row a state, calmest first: volatility, mean, error (standard error of the mean), all a year.
    made : WalkForward
    later : RegimeModel
        Fitted to all bars.

    Returns
    -------
    str
    """
    if not later.found:
        return "No regimes were found, so a model's states are parts of one and are not shown: nothing parts them."
    ratio = states["volatility"].iloc[-1] / states["volatility"].iloc[0]
    clear, k = int((states["mean"].abs() > 2.0 * states["error"]).sum()), len(states)
    text = [
        f"The wildest state is {ratio:.1f} times as volatile as the calmest; the mean of {clear} of {k} states lies "
        "more than two standard errors from 0"
        + (": a label says how wild the market is, less which way it goes." if clear < k else ".")
    ]
    steady = made.stability[np.isfinite(made.stability)]
    if len(steady):
        text.append(
            f"Of the year before a refit, the old and the new model call {steady.mean():.0%} alike, at worst "
            f"{steady.min():.0%}; stored labels are not changed."
        )
    return " ".join(text)


def chosen(number: pd.DataFrame) -> str:
    """
    Which number of states each criterion takes.

    Parameters
    ----------
    number : pandas.DataFrame
        As `choose_states` returns it, with a column model.

    Returns
    -------
    str
    """
    named = {"bic": "BIC", "icl": "ICL", "icl_path": "ICL by path"}
    taken: dict[str, list[int]] = {name: [] for name in named}
    parts = []
    for model, rows in number.groupby("model", sort=False):
        here = rows.set_index("states")
        for name in named:
            taken[name].append(int(here.index[int(here[name].argmin())]))
        parts.append(f"{model}: " + ", ".join(f"{title} {taken[name][-1]}" for name, title in named.items()))
    every = {k for counts in taken.values() for k in counts}
    most = int(number["states"].max())
    end = f"All agree on {every.pop()}." if len(every) == 1 else "The criteria disagree."
    if most not in {k for counts in taken.values() for k in counts}:
        end += f" None takes {most}."
    return f"States taken by {'; '.join(parts)}. {end}"


def faked(cost: pd.DataFrame) -> str:
    """
    What looking ahead would have shown beside what was possible.

    Parameters
    ----------
    cost : pandas.DataFrame
        As `look_ahead_bias` returns it.

    Returns
    -------
    str
    """
    rows = cost.set_index("name")["sharpe"]
    shown = rows[[name for name in rows.index if "hindsight" in name]].max()
    if not np.isfinite([shown, rows.iloc[-1]]).all():
        return "One of the books never moved: there is nothing to compare."
    gap = shown - rows.iloc[-1]
    return f"Hindsight shows a Sharpe ratio of {shown:.2f} where {rows.iloc[-1]:.2f} was possible: " + (
        f"{gap:.2f} of it is made by looking ahead." if gap > 0.005 else "looking ahead adds nothing here."
    )


def lateness(met: Detection, made: WalkForward, horizons: pd.Series, ahead: float) -> pd.DataFrame:
    """
    How late and how steady labels were, and how volatile the market is now.

    Parameters
    ----------
    met : Detection
    made : WalkForward
    horizons : pandas.Series
        Volatility a year by number of bars; NaN where there are too few.
    ahead : float
        Forecast, a year; NaN where not known.

    Returns
    -------
    pandas.DataFrame
        Texts: quantity, value.
    """
    steady = made.stability[np.isfinite(made.stability)]
    counts = ", ".join(str(bars) for bars in horizons.index)
    facts = {
        "spells of stress, seen afterwards": f"{len(met.spells)}",
        "bars until one was called (median)": _text(met.median_lag, ".0f"),
        "never called / called for nothing": f"{met.missed} / {met.false_alarms}",
        "bars called alike by two fits in a row": (
            f"{steady.mean():.1%}, at worst {steady.min():.1%}"
            if len(steady)
            else f"{NOT_KNOWN}: no two fits that found regimes"
        ),
        f"volatility over {counts} bars": ", ".join(_text(v, ".1%") for v in horizons),
        "HAR forecast for the next 21 bars": _text(ahead, ".1%"),
    }
    return pd.Series(facts, name="value").rename_axis("quantity").reset_index()


def _text(value: float | None, form: str) -> str:
    return NOT_KNOWN if value is None or not np.isfinite(value) else format(value, form)


def value_found(table: pd.DataFrame, walks: Mapping[str, WalkForward], *, start: int, years: float) -> str:
    """
    First sentence of the chapter on value: whether any book is above holding.

    Parameters
    ----------
    table : pandas.DataFrame
        As `value_table` returns it, hold first.
    walks : mapping of str to WalkForward
        Labels of the day by model.
    start : int
        First bar judged.
    years : float
        Length of the bars judged.

    Returns
    -------
    str
    """
    labelled = float(np.mean([(walk.state[start:] >= 0).mean() for walk in walks.values()]))
    if labelled == 0.0:
        return (
            "**No regimes found in these data**: no label was ever given, so there is nothing to act on. Rows of the "
            "models hold what an unknown regime gets."
        )
    own = table["name"].str.contains(": ")
    models = table[own]
    above = [str(name) for name in models.loc[models["difference_low"] > 0.0, "name"]]
    below = [str(name) for name in models.loc[models["difference_high"] < 0.0, "name"]]
    controls = table[~own].iloc[1:]
    best = controls.sort_values("sharpe", na_position="first").iloc[-1] if controls["sharpe"].notna().any() else None
    beaten = [] if best is None else [str(name) for name in models.loc[models["sharpe"] > best["sharpe"], "name"]]
    first = f"**{_some(above)} of {len(models)} regime books {'is' if len(above) == 1 else 'are'} above holding** with "
    second = f"the whole interval{_names(above)}, {_some(below).lower()} {'is' if len(below) == 1 else 'are'} below"
    said = [f"{first}{second}{_names(below)}."]
    if best is not None:
        said.append(
            f"The best control, {best['name']}, has a Sharpe ratio of {best['sharpe']:.2f}; "
            f"{_some(beaten).lower()} of the regime books {'does' if len(beaten) == 1 else 'do'} better."
        )
    if labelled < 0.995:
        said.append(f"Regimes were found on {labelled:.0%} of the bars judged; on the others no label was given.")
    error = f"the standard error of a Sharpe ratio is about {years**-0.5:.2f}, if bars were independent"
    said.append(f"{years:.1f} years of data: {error}.")
    return " ".join(said)


def _some(names: list[str]) -> str:
    return f"{len(names)}" if names else "None"


def _names(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def calendars(found: pd.DataFrame) -> str:
    """
    How far the result hangs on when labels begin and how often the model is fitted.

    Parameters
    ----------
    found : pandas.DataFrame
        As `sensitivity` returns it, one row a calendar, the one used first.

    Returns
    -------
    str
    """
    rest, used = found["difference"].iloc[1:], float(found["difference"].iloc[0])
    signs = "of one sign" if (np.sign(found["difference"]) == np.sign(used)).all() else "not all of one sign"
    return (
        f"Above holding by {used:+.2f} on the calendar used, by {rest.min():+.2f} to {rest.max():+.2f} on the others, "
        f"{signs}: labels hang on train and refit."
    )


def predicted(told: Prediction | None) -> str:
    """
    Whether the supervised model adds to forecasts that need none, and which forecast is best.

    Parameters
    ----------
    told : Prediction or None
        None where there are too few labels.

    Returns
    -------
    str
    """
    if told is None:
        return "Too few bars with a label to judge a prediction."
    won = {
        "persistence": told.beats_persistence,
        "climatology": told.beats_climatology,
        "the chain's own forecast": told.beats_chain,
    }
    beats = [name for name, better in won.items() if better]
    missed = [name for name, better in won.items() if not better]
    text = f"The supervised model beats {_and(beats) if beats else 'none of the three forecasts that need no model'}"
    text += f", not {_and(missed)}." if beats and missed else "."
    gains = told.table.set_index("forecast")["gain"]
    own, chain, rivals = float(gains["supervised"]), float(gains["chain"]), gains.drop("supervised")
    text += f" Log score above persistence: the chain {chain:+.3f}, climatology {gains['climatology']:+.3f}, "
    text += f"supervised {own:+.3f}"
    best = str(rivals.idxmax()).replace("chain", "the chain's own forecast")
    return text + (f": {best} is better without it." if float(rivals.max()) >= own else ".")


def _and(names: list[str]) -> str:
    return " and ".join([*([", ".join(names[:-1])] if names[:-1] else []), names[-1]])


def timing(shifted: NDArray[np.float64], p: float) -> str:
    """
    What the placebos say.

    Parameters
    ----------
    shifted : numpy.ndarray, shape (m,)
        Sharpe ratios of the labels moved to other times.
    p : float
        Share of them, the true one among them, that did at least as well.

    Returns
    -------
    str
    """
    if not len(shifted):
        return "Too few bars to move the labels to other times."
    if np.ptp(shifted) < 1e-12:
        return "The labels never changed: at other times they are the same book."
    told = "below 5 %, so the timing matters" if p < 0.05 else "not below 5 %, so the timing is not shown to matter"
    return f"Labels moved to other times do at least as well in {p:.0%} of {len(shifted) + 1} cases: {told}."


def same_rows(grid: pd.DataFrame) -> str:
    """
    Say which settings of a sensitivity table give the same book, and how many of its intervals clear zero.

    Parameters
    ----------
    grid : pandas.DataFrame
        As `sensitivity` returns it.

    Returns
    -------
    str
    """
    clear = int(((grid["difference_low"] > 0.0) | (grid["difference_high"] < 0.0)).sum())
    text = (
        f"Above holding by {grid['difference'].min():+.2f} to {grid['difference'].max():+.2f}; the interval clears "
        f"zero in {clear} of {len(grid)} settings."
    )
    wide = grid.pivot_table(index="states", columns=["delay", "cost"], values="sharpe", dropna=False).round(10)
    alike = [
        f"{a} and {b}" for a, b in zip(wide.index[:-1], wide.index[1:], strict=True) if wide.loc[a].equals(wide.loc[b])
    ]
    if alike:
        text += f" Rows of {', '.join(alike)} states are the same: the labels, and so the books, do not differ."
    return text
