"""Ask quantstats, keeks and Riskfolio-Lib what they stake on ten logs and write docs/peers.md beside our answers."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np

from nija_research import data, estimate
from nija_research.errors import NijaError

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "peers.md"

HEAD = """# The same ten logs, asked of four packages

Made by `make peers` in an environment of its own (`benchmarks/peers.lock`); nothing here is typed. One series of
returns per unit at risk; the stake each package gives as a share of equity at risk (quantstats and keeks: from win rate
and payoff ratio; Riskfolio-Lib: largest exact log growth beside cash). The last column is what nija_research reports.

"""

AFTER = """
## What it shows

- Only nija_research says how far the stake can be trusted, and only it can answer "not identified".
- **Spread-out payoffs**: win rate and payoff ratio stake more than what would have grown fastest (fat-tailed wins,
  short volatility). **Units**: where the average loss is not 1, the two packages that use them differ from each other.
- **No loss, no win, a missing return, no trade**: exceptions, NaN, negative stakes, a full account, and a number
  from the trades that are left are all answers somewhere.
- **Riskfolio-Lib** solves the same concave program as `kelly_log_optimal` and agrees with it where both are defined;
  it needs a cash column.
"""


def logs() -> dict[str, list[float]]:
    """Return the ten logs; the random ones have fixed seeds."""
    rng = np.random.default_rng(20)
    fat = np.where(rng.random(200) < 0.45, 2.25 * (rng.random(200) ** -0.4 - 1.0), -1.0)
    short = np.where(rng.random(200) < 0.94, 0.1, -rng.uniform(0.2, 2.0, 200))
    missing = [1.0, -1.0] * 20 + [1.0] * 10
    missing[7] = math.nan
    trend = estimate.returns_in_unit(data.load_trades("nasdaq_trend"), "risk")
    return {
        "even money, 55 won, 45 lost": rng.permutation([1.0] * 55 + [-1.0] * 45).tolist(),
        "even money, 45 won, 55 lost": rng.permutation([1.0] * 45 + [-1.0] * 55).tolist(),
        "13 wins of 1, 1 loss of 1": [1.0] * 13 + [-1.0],
        "fat-tailed wins, 200 trades": fat.round(6).tolist(),
        "short volatility, 200 trades": short.round(6).tolist(),
        "nasdaq_trend, 57 real trades": trend.tolist(),
        "20 wins, no loss": [0.5] * 20,
        "20 losses, no win": [-0.5] * 20,
        "one return missing": missing,
        "no trade": [],
    }


def ours(returns: list[float]) -> str:
    """Our answer, with its interval."""
    try:
        k = estimate.kelly_from_trades(returns, "risk", rng=1)
    except NijaError:
        return "refused, naming the trade"
    stake = "not identified" if k.fraction is None else f"{k.fraction:.3f}"
    edge = "" if k.p_no_edge is None else f", P(no edge) {estimate.p_text(k.p_no_edge)}"
    return f"{stake} ({k.interval:.3f}{edge})"


def cell_text(answer: float | str, returns: list[float]) -> str:
    """Write a peer's stake, and mark one that the log itself has ruined."""
    if isinstance(answer, str):
        return answer
    worst = min((x for x in returns if not math.isnan(x)), default=0.0)
    if answer < 0.0:
        return f"{answer:.3f} (negative)"
    return f"{answer:.3f} (ruin)" if 1.0 + answer * worst <= 0.0 else f"{answer:.3f}"


def main() -> None:
    """Ask and write."""
    ten = logs()
    plain = json.dumps({name: [None if math.isnan(x) else x for x in log] for name, log in ten.items()})
    done = subprocess.run(
        [sys.argv[1], str(ROOT / "benchmarks" / "peers.py")], input=plain, capture_output=True, text=True, check=True
    )
    answers = json.loads(done.stdout.splitlines()[-1])
    lines = ["| log | " + " | ".join(answers) + " | nija_research |", "|---" * (len(answers) + 2) + "|"]
    for name, log in ten.items():
        cells = [cell_text(answers[peer][name], log) for peer in answers]
        lines.append("| " + " | ".join([name, *cells, ours(log)]) + " |")
    PAGE.write_text(HEAD + "\n".join(lines) + "\n" + AFTER, encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
