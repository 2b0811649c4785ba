"""
Measure how often comparative verdicts are wrong and intervals hold: docs/calibration.md and data/calibration.csv.

Cells (a world, years of data) are kept in the folder given as an argument, if there is one, and not measured again, so
that an interrupted run goes on.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import verdict_calibration as calibration
from verdict_calibration import FALSE, METHODS, PAIRS, REGIONS, WORLDS, Trial

from nija_research.estimate.kelly.from_record import wilson
from nija_research.judge.compare.inference import kind_of, stretch_of

# Years of data: histories of each world.
HISTORIES = {5.0: 1000, 2.0: 1000, 20.0: 300}
SEED, TUNED, CHECKED = 7, "switching", 5.0
PAGE = Path(__file__).parents[1] / "docs" / "calibration.md"
TABLE = Path(__file__).parents[1] / "data" / "calibration.csv"

HEAD = """# How often comparative verdicts are wrong

Made by `make calibrate`; nothing here is typed. Histories are drawn from worlds whose truth is known ({truth:,}
paths), and judged as real ones are: the drawdown ladder (5/10/15/20 %; past 20 % a quarter of the stake is left, for
good) against the same stake without it, and half a stake against a whole one. The stated region is shifted so that the
truth lies deep inside, exactly at an edge, just outside (a quarter of the region's width) or far outside. The region is
as wide as "30-40 % lower" (a factor of 0.70 / 0.60 for ratios) or 4 points a year. Brackets: 95 % Wilson interval of
the share. The kind of interval was chosen with all three worlds in view; how far it is calibrated was set in "{tuned}"
alone, a Markov chain with crises; at 20 years, where that fell short elsewhere, by the worst of the three.

Histories: {counts}; seed {seed}.
"""

TRIED = """Coverage of nominal 95 % intervals made from the same resamples at 5 years of daily data. "Resampled
paths": one path a resample, as is usual; "expectations": the mean over many paths of each resample's law. The last one,
calibrated so that false verdicts keep to 5 % in the tuning world, is in use.
"""

DECIDED = """If the width falls with the root of the years: years at which the median half width at 5 years is the half
width of the printed region (drawdown), or the promised gain (growth). The first column is what an interval that holds
too rarely would say.
"""

AFTER = """
## What this means

- Every history is short of what it has not seen yet: five years without a crisis look calm to any resampling of them.
  That is why intervals of an expectation hold too rarely without a stretch, and why their misses lie on one side. The
  spread of single paths is no cure: too narrow for drawdowns, several times too wide at equal volatility.
- A stretch that suffices where crises come is more than enough where they do not: in the calmer worlds the intervals
  hold more often than 95 %. They are called 95 % only where the table has them within 3 points in a world that was
  not used for tuning; elsewhere they are "at least 95 %".
- The width of a printed region is less than the width of these intervals at any length of history that exists:
  "inside" is hardly ever found, and that is the honest answer. A planted effect as large as half the stake is found.
- Outside these three kinds of world the numbers are no hypothesis.
"""


def cell(task: tuple[str, float], folder: Path | None = None) -> dict[str, Trial]:
    """Measure one cell, or take it from the folder."""
    world, years = task
    kept = folder / f"{world}_{years:g}.npz" if folder else None
    if kept and kept.exists():
        return _read(kept)
    found = calibration.measure(world, years, histories=HISTORIES[years], seed=SEED)
    if kept:
        flat = {f"{name}|truth": np.array(trial.truth) for name, trial in found.items()}
        flat |= {f"{name}|centres": trial.centres for name, trial in found.items()}
        flat |= {f"{name}|{method}": ends for name, trial in found.items() for method, ends in trial.ends.items()}
        np.savez(kept, **flat)
    return found


def _read(path: Path) -> dict[str, Trial]:
    with np.load(path) as flat:
        return {
            name: Trial(
                truth=float(flat[f"{name}|truth"]),
                centres=flat[f"{name}|centres"],
                ends={method: flat[f"{name}|{method}"] for method in METHODS},
            )
            for name in PAIRS
        }


def share(happened: np.ndarray) -> str:
    """Write a share with its Wilson interval."""
    k, n = int(happened.sum()), len(happened)
    low, high = wilson(k, n)
    return f"{k / n:.3f} [{low:.3f}, {high:.3f}]"


def ends_of(name: str, years: float, trial: Trial) -> np.ndarray:
    """Return the intervals in use."""
    return trial.in_use(kind_of(PAIRS[name]), years)


def held(ends: np.ndarray, truth: float) -> np.ndarray:
    """Return which answers held the truth."""
    known = ends[np.isfinite(ends).all(axis=1)]
    return (known[:, 0] <= truth) & (truth <= known[:, 1])


def verdicts(found: dict[tuple[str, float], dict[str, Trial]]) -> str:
    """Write the table of verdicts at 5 years."""
    head = "| pair | truth | world | supported | refuted |\n|---|---|---|---|---|"
    rows = []
    for name, hypothesis in PAIRS.items():
        for place in REGIONS:
            for world in WORLDS:
                trial = found[world, CHECKED][name]
                region = calibration.region_of(hypothesis, trial.truth, place)
                inside, outside = calibration.verdict_at(ends_of(name, CHECKED, trial), region)
                rows.append(f"| {name} | {place} | {world} | {share(inside)} | {share(outside)} |")
    words = (
        'At an edge both "supported" and "refuted" are wrong; outside, "supported" is; inside, "refuted". '
        f"5 years of daily data. False places: {', '.join(FALSE)}.\n"
    )
    return "\n".join(["## Verdicts\n", words, head, *rows])


def as_csv(found: dict[tuple[str, float], dict[str, Trial]]) -> str:
    """Write the counts behind the table of verdicts, for every length of history, as CSV."""
    rows = ["pair,place,world,years,histories,supported,refuted"]
    for name, hypothesis in PAIRS.items():
        for place in REGIONS:
            for world, years in ((w, y) for w in WORLDS for y in sorted(HISTORIES)):
                trial = found[world, years][name]
                region = calibration.region_of(hypothesis, trial.truth, place)
                inside, outside = calibration.verdict_at(ends_of(name, years, trial), region)
                rows.append(f'"{name}",{place},{world},{years:g},{len(inside)},{inside.sum()},{outside.sum()}')
    return "\n".join(rows) + "\n"


def controls(found: dict[tuple[str, float], dict[str, Trial]]) -> str:
    """Write the table of planted effects: one edge, at no effect."""
    head = "| planted | years | world | supported | refuted |\n|---|---|---|---|---|"
    name = "half the stake: max drawdown, ratio"
    rows = []
    for years in sorted(HISTORIES):
        for world in WORLDS:
            ends = ends_of(name, years, found[world, years][name])
            rows.append(f"| {name} below 1 | {years:g} | {world} | {share(ends[:, 1] < 0)} | {share(ends[:, 0] > 0)} |")
    return "\n".join(["## A planted effect\n", head, *rows])


def coverage(found: dict[tuple[str, float], dict[str, Trial]]) -> str:
    """Write the table of coverage."""
    worlds = " | ".join(f"{w}{' (tuned)' * (w == TUNED)}" for w in WORLDS)
    rows = [f"| pair | years | stretch | {worlds} |", "|---|---|---|" + "---|" * len(WORLDS)]
    for name in PAIRS:
        for years in sorted(HISTORIES):
            trials = [found[world, years][name] for world in WORLDS]
            cells = [share(held(ends_of(name, years, trial), trial.truth)) for trial in trials]
            rows.append(f"| {name} | {years:g} | {stretch_of(kind_of(PAIRS[name]), years):g} | {' | '.join(cells)} |")
    return "\n".join(["## Coverage of the intervals in use\n", "Of the answers given; nominal 95 %.\n", *rows])


def tried(found: dict[tuple[str, float], dict[str, Trial]]) -> str:
    """Write the table of the ways that were tried."""
    rows = ["| pair | world | " + " | ".join(METHODS) + " |", "|---|---|" + "---|" * len(METHODS)]
    for name in PAIRS:
        for world in WORLDS:
            trial = found[world, CHECKED][name]
            used = {**trial.ends, METHODS[-1]: ends_of(name, CHECKED, trial)}
            shares = [f"{held(used[method], trial.truth).mean():.3f}" for method in METHODS]
            rows.append(f"| {name} | {world} | {' | '.join(shares)} |")
    return "\n".join(["## What else was tried\n", TRIED, *rows])


def decided(found: dict[tuple[str, float], dict[str, Trial]]) -> str:
    """Write the years of data that would decide the two printed hypotheses, by the width of intervals at 5 years."""
    rows = ["| hypothesis | world | percentile of the resamples' expectations | in use |", "|---|---|---|---|"]
    half = float(np.log(0.70 / 0.60)) / 2.0
    asked = {
        "30-40 % lower drawdown": ("max drawdown, ratio", half),
        "15 % more of 12 % a year": ("growth, difference", 0.018),
    }
    for words, (name, distance) in asked.items():
        for world in WORLDS:
            trial = found[world, CHECKED][name]
            widths = (trial.ends[METHODS[2]], ends_of(name, CHECKED, trial))
            years = [CHECKED * float(np.median((e[:, 1] - e[:, 0]) / 2.0) / distance) ** 2 for e in widths]
            rows.append(f"| {words} | {world} | {years[0]:,.0f} | {years[1]:,.0f} |")
    return "\n".join(["## Years of daily data that would decide\n", DECIDED, *rows])


def stretches(found: dict[tuple[str, float], dict[str, Trial]]) -> str:
    """Write the stretch that each pair would need on its worse side for 5 % of false verdicts at its edge."""
    rows = ["| pair | kind | years | in use | " + " | ".join(WORLDS) + " |", "|---|---|---|---|" + "---|" * len(WORLDS)]
    for name, hypothesis in PAIRS.items():
        for years in sorted(HISTORIES):
            kind = kind_of(hypothesis)
            needed = " | ".join(f"{calibration.stretch_needed(found[w, years][name]):.2f}" for w in WORLDS)
            rows.append(f"| {name} | {kind} | {years:g} | {stretch_of(kind, years):g} | {needed} |")
    words = f'What would keep false verdicts at an edge to 5 %; at 2 and 5 years `STRETCH` was set from "{TUNED}".\n'
    return "\n".join(["## Stretch\n", words, *rows])


def main() -> None:
    """Measure, on all cores, and write the page."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    tasks = [(world, years) for years in HISTORIES for world in WORLDS]
    with ProcessPoolExecutor() as pool:
        found = dict(zip(tasks, pool.map(partial(cell, folder=folder), tasks), strict=True))
    many = {task: len(next(iter(trials.values())).centres) for task, trials in found.items()}
    counts = "; ".join(
        f"of {years:g} years {', '.join(f'{many[world, years]:,} ({world})' for world in WORLDS)}"
        for years in HISTORIES
    )
    head = HEAD.format(truth=calibration.TRUTH, tuned=TUNED, counts=counts, seed=SEED)
    parts = [
        head.rstrip(),
        *(f(found) for f in (verdicts, controls, coverage, tried, decided, stretches)),
        AFTER.strip(),
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    TABLE.write_text(as_csv(found), encoding="utf-8")
    print(PAGE, TABLE)


if __name__ == "__main__":
    main()
