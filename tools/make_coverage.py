"""
Measure how often each interval holds the truth and write docs/coverage.md (some twenty minutes on two cores).

With names of intervals, "joint", "advice" or "alarms" as arguments only these are measured anew; the page keeps its
other sections.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import interval_coverage as coverage

# Trades in a log: histories of it. The standard error of a 95 % coverage is .7 % at 1,000 histories, 1.3 % at 300.
HISTORIES = {14: 1000, 50: 1000, 200: 500, 1000: 300}
SEED, ALARM_TRADES, ALARM_HISTORIES = 1, 3000, 1000
ALARMS = "False alarms of the sequential monitor"
ADVICE = "A stake advised where there is no edge"
JOINT, JOINT_HISTORIES = "Joint stakes of two bets", {14: 200, 50: 200, 200: 200, 1000: 100}
PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"

HEAD = """# How often the intervals hold

Made by `make coverage`; nothing here is typed. Each cell: share of the answers whose 95 % interval held the true value,
and, where some logs got no answer, the share that did ("not identified" is no answer, and its reachable range is not
called an interval). Below the nominal level by more than two standard errors: **bold**.

"""

AFTER = """
## What is reported instead

- **The stake.** `kelly_from_trades` reports the studentised interval. The percentile interval, which is what the
  textbooks' bootstrap gives, is the shorter one and the one that falls short; it stays available for comparison.
- **Fewer than ten trades**, or trades that overlap so much that they are worth fewer than ten, get no interval but
  "not identified" and the reachable range. So do trades without a loss.
- **Trades that overlap** are resampled in blocks no shorter than the overlap, with an error no smaller than that of
  the trades that do not share their time. **Dependent trades without an overlap** are given longer blocks as far as
  their order shows the dependence, and an error that looks for it over at least the cube root of their number; in 50
  mildly dependent trades it still holds a little too rarely. What is reported instead: under 50 independent trades
  no stake is advised, `serial_dependence` stands beside the stake in the chapter, and the robust stake is the one to
  compare with.
- **P(no edge) and the interval** come from the same resamples: the interval holds 0 exactly where P(no edge) is above
  0.025. It is a p-value, the share of logs without an edge that look as good, and not the belief that there is none.
  A resample without a loss counts as beyond every log, so that where the losses are rare and few both stay cautious.
- **Joint stakes** have a percentile interval, which is too short in few rows as that of one stake is. The first page
  gives the bots a stake together only where the interval of their sum lies above 0 and a bot has a stake of its own.
- **Growth, and a Bayesian stake.** A band of growth misses losses that have not happened yet, and covers too rarely in
  short-volatility logs. The Dirichlet posterior is a belief with a pessimistic prior: its upper end lies below the
  truth more often than 2.5 % by design, and it is never reported as a confidence interval.
- **Win rates** of dependent or overlapping trades: Wilson and Clopper-Pearson take trades as independent. Give
  `wilson` the number of independent trades (`effective=`).
- **The robust bound** is one-sided: it is missed where the true growth at the robust stake is lower than it says.
- Outside these five kinds of log the numbers are no promise. A log whose worst possible loss is far above the worst one
  seen is outside.
"""


def cell(task: tuple[str, str, int]) -> coverage.Count:
    """Measure one cell."""
    interval, world, n = task
    return coverage.count_covered(interval, world, n, histories=HISTORIES[n], rng=SEED)


def alarm(world: str) -> float:
    """Measure one world's false alarms."""
    return coverage.share_of_false_alarms(world, ALARM_TRADES, histories=ALARM_HISTORIES, rng=SEED)


def advice(task: tuple[str, int]) -> coverage.Advised:
    """Measure one kind of log without an edge."""
    kind, n = task
    return coverage.count_false_advice(kind, n, histories=HISTORIES[n], rng=SEED)


def joint(n: int) -> coverage.Count:
    """Measure the joint interval."""
    return coverage.count_joint(n, histories=JOINT_HISTORIES[n], rng=SEED)


def cell_text(count: coverage.Count, level: float) -> str:
    """Write a cell."""
    if count.answered < 0.05 * count.histories:
        return "no answer"
    covered = count.covered / count.answered
    error = (level * (1.0 - level) / count.answered) ** 0.5
    text = f"**{covered:.3f}**" if covered < level - 2.0 * error else f"{covered:.3f}"
    answered = count.answered / count.histories
    return text if answered > 0.995 else f"{text} ({answered:.0%} answered)"


def section(interval: str, results: dict[tuple[str, str, int], coverage.Count]) -> str:
    """Write the table of one interval."""
    sizes, level = list(HISTORIES), coverage.INTERVALS[interval][0]
    worlds = [w for w in coverage.WORLDS if any(results[interval, w, n].answered for n in sizes)]
    head = "| log | " + " | ".join(f"n = {n:,}" for n in sizes) + " |"
    rows = ["| " + " | ".join([w, *(cell_text(results[interval, w, n], level) for n in sizes)]) + " |" for w in worlds]
    return "\n".join([f"## {title(interval)}\n", head, "|" + "---|" * (len(sizes) + 1), *rows])


def alarm_section(results: dict[str, float]) -> str:
    """Write the table of false alarms."""
    outside = ("serially dependent", "overlapping")
    text = (
        f"Share of {ALARM_HISTORIES:,} histories of {ALARM_TRADES:,} trades, looked at after every trade, in which\n"
        "`monitor_rise` at 5 % calls a rise earned between two stakes that grow alike. The null hypothesis speaks of\n"
        "the expected growth of each trade given those before it; the last two logs are outside it, because there a\n"
        "trade says something about the next. Feed overlapping trades as `episodes`.\n"
    )
    rows = [f"| {w} | {rate:.3f} | {'no' if w in outside else 'yes'} |" for w, rate in results.items()]
    return "\n".join([f"## {ALARMS}\n", text, "| log | false alarms | within the null |", "|---|---|---|", *rows])


def rate(share: float, level: float, histories: int) -> str:
    """Write a rate, bold where it is above the level by more than two standard errors."""
    return f"**{share:.3f}**" if share > level + 2.0 * (level * (1.0 - level) / histories) ** 0.5 else f"{share:.3f}"


def advice_section(results: dict[tuple[str, int], coverage.Advised]) -> str:
    """Write the table of advice where there is no edge."""
    text = (
        "Six kinds of log whose mean return is exactly 0. Each cell: share of all histories whose P(no edge) was 0.05\n"
        "or less, then the share for which `advise` gave a stake. **Bold**: above 0.05 by over two standard errors.\n"
        "The first is the error rate of P(no edge) read as a one-sided test at 5 %; the second, which counts for the\n"
        "account, also needs an interval without 0 (P(no edge) of 0.025 or less) and 50 independent trades. A rate is\n"
        "that of one look; whoever looks every week until a stake is advised has more of them, and `monitor_rise` is\n"
        "made for that.\n"
    )
    head = "| log | " + " | ".join(f"n = {n:,}" for n in HISTORIES) + " |"
    rows = [
        f"| {kind} | "
        + " | ".join(
            f"{rate(a.low_p / a.histories, 0.05, a.histories)}, {rate(a.advised / a.histories, 0.05, a.histories)}"
            for a in (results[kind, n] for n in HISTORIES)
        )
        + " |"
        for kind in coverage.NO_EDGE
    ]
    return "\n".join([f"## {ADVICE}\n", text, head, "|" + "---|" * (len(HISTORIES) + 1), *rows])


def joint_section(results: dict[int, coverage.Count]) -> str:
    """Write the table of the joint interval."""
    histories = ", ".join(f"{h} histories of {n:,} rows" for n, h in JOINT_HISTORIES.items())
    text = (
        "`joint_interval` of two independent even-money bets won 55 times in a hundred, the first bet's stake: a\n"
        f"percentile interval of 100 resamples each;\n{histories}.\n"
    )
    head = "| bets | " + " | ".join(f"n = {n:,}" for n in results) + " |"
    row = "| even money | " + " | ".join(cell_text(count, 0.95) for count in results.values()) + " |"
    return "\n".join([f"## {JOINT}\n", text, head, "|" + "---|" * (len(results) + 1), row])


def title(interval: str) -> str:
    """Title of an interval's section."""
    return interval[0].upper() + interval[1:]


def main() -> None:
    """Measure, on all cores, and write the page."""
    names = sys.argv[1:] or [*coverage.INTERVALS, "joint", "advice", "alarms"]
    intervals = [name for name in names if name in coverage.INTERVALS]
    old: dict[str, str] = {}
    if sys.argv[1:]:
        parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:-1]
        old = {part.splitlines()[0]: f"## {part.rstrip()}" for part in parts}
    tasks = [(i, w, n) for n in reversed(HISTORIES) for i in intervals for w in coverage.WORLDS]
    with ProcessPoolExecutor() as pool:
        results = dict(zip(tasks, pool.map(cell, tasks), strict=True))
        new = {title(i): section(i, results) for i in intervals}
        if "joint" in names:
            new[JOINT] = joint_section(dict(zip(JOINT_HISTORIES, pool.map(joint, JOINT_HISTORIES), strict=True)))
        if "advice" in names:
            kinds = [(kind, n) for n in reversed(HISTORIES) for kind in coverage.NO_EDGE]
            new[ADVICE] = advice_section(dict(zip(kinds, pool.map(advice, kinds), strict=True)))
        if "alarms" in names:
            new[ALARMS] = alarm_section(dict(zip(coverage.WORLDS, pool.map(alarm, coverage.WORLDS), strict=True)))
    order = [*(title(i) for i in coverage.INTERVALS), JOINT, ADVICE, ALARMS]
    sections = {name: (old | new)[name] for name in order if name in old | new}
    counts = ", ".join(f"{h:,} of {n:,} trades" for n, h in HISTORIES.items())
    head = f"{HEAD}Histories per cell: {counts};\n400 resamples or posterior draws each; seed {SEED}.\n"
    PAGE.write_text("\n\n".join([head.rstrip(), *sections.values(), AFTER.strip()]) + "\n", encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
