"""Write the generated parts of README.md and docs/: nothing there is typed by hand. ``--check`` only compares."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def answer() -> str:
    """The Kelly table of the sample log, as a markdown table."""
    from nija_research import data, estimate

    log = data.load_trades("sp500_trend").sort_values("exit_time")
    lines = [
        "| trades | unit | full Kelly | 95 % interval | shrunken | P(no edge) |",
        "|---|---|---|---|---|---|",
    ]
    for unit in ("risk", "leverage"):
        k = estimate.kelly_from_trades(log, unit, rng=1)
        low, high = k.interval
        name = "share of equity at risk" if unit == "risk" else "notional / equity"
        lines.append(
            f"| {k.n}, trend rule on the S&P 500 | {name} | {k.fraction:.3f} | {low:.3f} to {high:.3f} | "
            f"{k.shrunk:.3f} | {k.p_no_edge:.3f} |"
        )
    for wins, losses, pnl in ((13, 1, 11.79), (4, 3, -4.14)):
        k = estimate.kelly_from_record(wins, losses, pnl)
        low, high = k.interval
        stake = "not identified" if k.fraction is None else f"{k.fraction:.3f}"
        record = f"{k.n}: {wins} won, {losses} lost, {pnl:+.2f}"
        lines.append(f"| {record} | share of equity at risk | {stake} | {low:.3f} to {high:.3f} | – | – |")
    return "\n".join(lines)


def claims() -> str:
    """The verdicts of the claims that matter most, and how many there are of each."""
    from nija_research import judge

    judged = judge.judge_claims()
    table = judged.to_frame()
    lines = ["| claim | stated | found | verdict |", "|---|---|---|---|"]
    lines += [
        f"| {row.id}: {row.says} | {row.stated} | {row.shown} | {row.verdict} |"
        for row in table[table["primary"]].itertuples()
    ]
    counts = ", ".join(f"{n} {verdict}" for verdict, n in judged.summary().items())
    return "\n".join([*lines, "", f"All {len(judged)}: {counts}."])


def notebooks() -> str:
    """One line a notebook: its name and its question."""
    lines = ["| notebook | question |", "|---|---|"]
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        question = re.search(r"\*\*Question\.\*\* (.+)", first)
        assert question, path
        lines.append(f"| `{path.stem}` | {question[1]} |")
    return "\n".join(lines)


def picture() -> str:
    """The growth curve of the sample log, with its band and the stake, as SVG."""
    import io

    import matplotlib as mpl
    import matplotlib.pyplot as plt
    import numpy as np

    from nija_research import data, estimate
    from nija_research.report.plots import BLUE, GREY, ORANGE, axes_or_new, style

    log = data.load_trades("sp500_trend").sort_values("exit_time")
    kelly, r = estimate.kelly_from_trades(log, rng=1), np.asarray(estimate.returns_in_unit(log, "risk"), dtype=float)
    widest = max(kelly.interval[1], 2.2 * kelly.fraction, 0.02)
    stakes = np.linspace(0.0, min(widest, 0.98 / -r.min()), 81)
    low, high = estimate.growth_band(r, stakes, level=kelly.level, draws=1000, block=max(1, kelly.block), rng=1)
    with style():
        mpl.rcParams["svg.fonttype"] = "path"  # no font of ours on the reader's machine
        ax = axes_or_new(None)
        ax.fill_between(stakes, 100 * low, 100 * high, color=BLUE, alpha=0.18, lw=0, label=f"{kelly.level:.0%} band")
        ax.plot(stakes, 100 * estimate.growth_curve(r, stakes), color=BLUE, lw=1.8, label="growth of this log")
        ax.axhline(0.0, color=GREY, lw=0.8)
        ax.axvline(kelly.fraction, color=ORANGE, lw=1.4, label=f"full Kelly {kelly.fraction:.3f}")
        ax.axvline(kelly.shrunk, color=ORANGE, lw=1.4, ls="--", label=f"shrunken {kelly.shrunk:.3f}")
        # The curve and what lies just below it matter; far below 0 the band only squeezes them together.
        top = max(100 * high.max(), 1e-6)
        ax.set_ylim(max(100 * low.min(), -1.2 * top), 1.08 * top)
        ax.set_xlim(0.0, stakes[-1])
        ax.set_xlabel("stake (share of equity at risk)")
        ax.set_ylabel("growth per trade (0.01 nats)")
        ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False, ncols=4)
        buffer = io.StringIO()
        ax.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(ax.figure)
    return buffer.getvalue()


def main() -> int:
    """Write, or compare, README.md and docs/growth.svg."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, make in (("answer", answer), ("claims", claims), ("notebooks", notebooks)):
        part = rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)"
        text = make()
        readme = re.sub(part, rf"\g<1>{text}\n\g<2>", readme, flags=re.S)
    made = {ROOT / "README.md": readme, ROOT / "docs" / "growth.svg": picture()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the code makes now: run `make readme`")
        return 1 if stale else 0
    for path in stale:
        path.write_text(made[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
