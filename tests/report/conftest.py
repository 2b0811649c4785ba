"""Small notebooks, written once, and one build of them that many tests look at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from nija_research import report

CLOCK = datetime(2026, 11, 20, 12, tzinfo=UTC)

EQUATIONS = [  # TeX as written in the notebook
    r"g(c) = S^2\!\left(c - \tfrac{c^2}{2}\right)",
    r"\theta = \frac{2}{c} - 1",
    r"p > 1/2",
    r"\hat f \in [f_{.025}, f_{.975}]",
    r"\sigma_{\text{ann}} = 0.2",
]
ALIGNED = r"""\begin{align}
G(f) &= p \log(1 + b f) \\
f^* &= p - \frac{1-p}{b}
\end{align}"""

SIZES = f"""# Kelly fraction

A share $c$ grows by $${EQUATIONS[0]}, \\qquad {EQUATIONS[1]}.$$ With ${EQUATIONS[2]}$, ${EQUATIONS[3]}$ and ${EQUATIONS[4]}$:

{ALIGNED}

## Method

See [the paper](https://doi.org/10.1002/j.1538-7305.1956.tb03809.x), [drawdown](30_drawdown.ipynb), [absent](99_absent.ipynb),
@fig-growth and @tab-long."""

DRAW = """import matplotlib.pyplot as plt
import pandas as pd
from nija_research import report
with report.style():
    fig, ax = plt.subplots(figsize=(5, 2))
    ax.plot([0, 1, 2], [0, 0.5, 0], label=r"$\\\\hat\\\\sigma$")
    ax.set(xlabel="share of Kelly")
report.figure(ax, caption="Growth at a share $c$.", alt="A hill with its top at one", label="growth")""".replace(
    "\\\\\\\\", "\\\\"
)

LONG = """rows = pd.DataFrame({"row": range(1, 81), "loss": [-k / 7 for k in range(80)]})
report.table(rows, caption="Eighty rows.", label="long", formats={"loss": ".3f"}, notes="A note.")
report.record(kelly=0.25, n=80, seed=seed, first_exit="2018-01-02", last_exit="2018-03-26")
secret = 42
plt.rcParams["lines.linewidth"] = 99.0"""

CLEAN = """import matplotlib as mpl
from nija_research import report
assert "secret" not in globals() and mpl.rcParams["lines.linewidth"] < 99.0
report.record(n_paths=n_paths, fails=fails)
if fails:
    raise ValueError(f"ladder of {n_paths} paths is empty")"""

SUMMARY = """from nija_research import report
found = report.read_records(records) if records else {}
print(f"{len(found)} chapters, week {week}")
report.record(chapters=sorted(found))"""


def notebook(path: Path, *cells: str | tuple[str, str]) -> Path:
    """Write a notebook: text starting with '#' or a tuple ('md', text) is markdown; the first code cell holds the parameters."""
    import nbformat  # here, because collecting tests should not wait for it

    nb = nbformat.v4.new_notebook()
    first = True
    for number, cell in enumerate(cells):
        kind, source = cell if isinstance(cell, tuple) else ("md" if cell.startswith("#") else "code", cell)
        new = nbformat.v4.new_markdown_cell(source) if kind == "md" else nbformat.v4.new_code_cell(source)
        new["id"] = f"c{number}"
        if kind == "code" and first:
            new.metadata["tags"] = ["parameters"]
            first = False
        nb.cells.append(new)
    nb.metadata["kernelspec"] = {"display_name": "other", "language": "python", "name": "somebody-elses-kernel"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)
    return path


def suite_of(folder: Path) -> Path:
    """Three notebooks and their plan."""
    notebook(folder / "20_sizes.ipynb", SIZES, "seed: int = 1  # count, random seed", DRAW, LONG)
    notebook(
        folder / "30_drawdown.ipynb",
        "# Drawdown\n\nHow deep?",
        'n_paths: int = 5  # count\nfails: bool = False  # flag\ntrades: str = "sp500_trend"  # name or file',
        CLEAN,
    )
    notebook(
        folder / "90_week.ipynb",
        "# Summary",
        'records: str = ""  # folder, executed notebooks\nweek: str = ""  # ISO week',
        SUMMARY,
    )
    plan = folder / "weekly.toml"
    plan.write_text(
        'title = "Report of the week"\nauthor = "A. Trader"\nsummary = "90_week"\n[parameters]\nseed = 7\n'
        '[[notebook]]\npath = "20_sizes"\n[[notebook]]\npath = "30_drawdown.ipynb"\nparameters = {n_paths = 3}\n'
    )
    return plan


@pytest.fixture(scope="session")
def plan_file(tmp_path_factory):
    return suite_of(tmp_path_factory.mktemp("suite"))


@pytest.fixture(scope="session")
def built(plan_file, tmp_path_factory):
    """A complete report; tests only read it, or build beside a copy."""
    out = tmp_path_factory.mktemp("out")
    return report.build(report.load_plan(plan_file), week="2026-W47", out=out, clock=CLOCK)
