"""
Write docs/regimes.md: every regime model and control on the bundled indices; ``--prices FILE`` prints another market's.

Minutes, not seconds: monthly refits, all models, all settings. Nothing there is typed by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from nija_research import data, policy
from nija_research.estimate import regimes
from nija_research.estimate.regimes import books, prediction, value, yardsticks
from nija_research.estimate.regimes.sensitivity import sensitivity
from nija_research.estimate.regimes.series import bars_per_year

ROOT = Path(__file__).resolve().parents[1]
SHARES = policy.RegimeShares().arrays().share
TRAIN, REFIT, COST, START = 504, 21, 0.0005, 784
NAMES = {"sp500": "S&P 500, 1999 to 2018", "nasdaq": "NASDAQ Composite, 1999 to 2018"}


def returns_of(prices: pd.DataFrame) -> pd.Series:
    """Simple returns, daily where the bars are shorter: hourly walks would take an hour."""
    close = prices["close"]
    if len(close) > 10_000:
        close = close.resample("1D").last().dropna()
    return close.pct_change().dropna()


def walks_of(returns: pd.Series) -> dict[str, regimes.WalkForward]:
    """Labels of the day, by every model."""
    named = {"t": "t_hmm", "Gaussian": "gaussian_hmm", "jump": "jump", "rules": "rules"}
    return {name: regimes.walk_forward(returns, model, 3, train=TRAIN, refit=REFIT) for name, model in named.items()}


def markdown(frame: pd.DataFrame, formats: dict[str, str]) -> str:
    """A table as markdown, numbers formatted column by column."""
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * len(frame.columns)]
    for _, row in frame.iterrows():
        cells = [
            "–" if pd.isna(row[name]) else format(row[name], formats[name]) if name in formats else str(row[name])
            for name in frame.columns
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def value_rows(returns: pd.Series, walks: dict[str, regimes.WalkForward], prices: pd.DataFrame) -> pd.DataFrame:
    """Every book on one market."""
    daily = prices if len(prices) <= 10_000 else None
    table = value.value_table(
        returns,
        books.books(returns, walks, SHARES, prices=daily),
        start=START,
        cost=COST,
        periods=bars_per_year(returns),
        draws=2000,
        rng=1,
    )
    names = {"difference": "above hold", "difference_low": "low", "difference_high": "high"}
    return table.drop(columns=["volatility", "growth"]).rename(columns=names)


def chapter(title: str, prices: pd.DataFrame) -> str:
    """All tables of one market."""
    returns = returns_of(prices)
    walks, periods = walks_of(returns), bars_per_year(returns)
    ratio = dict.fromkeys(["sharpe", "sharpe_low", "sharpe_high", "above hold", "low", "high", "turnover"], ".2f")
    form = ratio | {"drawdown": ".1%", "exposure": ".0%"}
    parts = [f"## {title}", f"{len(returns) - START:,} bars judged, from {returns.index[START]:%Y-%m-%d}."]
    parts.append(markdown(value_rows(returns, walks, prices), form))

    shifted = {
        name: value.placebo(
            returns, books.multiplier(walk.label, SHARES), start=START, cost=COST, periods=periods, shift=21
        )[1]
        for name, walk in walks.items()
    }
    told = ", ".join(f"{name} {p:.2f}" for name, p in shifted.items())
    parts.append(f"Share of placebos (the multipliers moved to other times) that do at least as well: {told}.")

    grid = sensitivity(
        returns,
        SHARES,
        models=("t_hmm", "gaussian_hmm"),
        states=(2, 3, 4, 5),
        delays=(1, 5, 10),
        trains=(TRAIN,),
        costs=(0.0, COST, 4 * COST),
        start=START,
        periods=periods,
        draws=400,
        rng=1,
    )
    names = {"difference": "above hold", "difference_low": "low", "difference_high": "high"}
    shown = grid[(grid["cost"] == COST) | (grid["delay"] == 1)].drop(columns="train").rename(columns=names)
    clear = int((grid["difference_low"] > 0).sum())
    parts.append(
        f"The multipliers at {len(grid)} settings: above holding by {grid['difference'].min():+.2f} to "
        f"{grid['difference'].max():+.2f}; the interval clears zero in {clear} of them."
    )
    parts.append(markdown(shown, form | {"cost": ".2%"}))

    scores = {f"{name}, 3 states": walk.log_score for name, walk in walks.items()}
    for k in (2, 5):
        scores[f"t, {k} states"] = regimes.walk_forward(returns, "t_hmm", k, train=TRAIN, refit=REFIT).log_score
    scores["EWMA, .94"] = yardsticks.ewma_log_score(returns)
    scores["GARCH-t"] = yardsticks.garch_log_score(returns, train=TRAIN, refit=REFIT, asymmetric=False)
    scores["GJR-GARCH-t"] = yardsticks.garch_log_score(returns, train=TRAIN, refit=REFIT)
    score = pd.Series({name: s[START:].mean() for name, s in scores.items()}).sort_values(ascending=False)
    shown = score.rename("log score").rename_axis("density of the next bar").reset_index()
    parts.append("One-step log score, nats a bar, the higher the better.")
    parts.append(markdown(shown, {"log score": ".4f"}))

    rows = []
    for ahead in (1, 5, 21):
        found = prediction.predict_stress(returns, ahead=ahead, train=TRAIN)
        rows.append(found.table.assign(ahead=ahead))
    shown = pd.concat(rows)[["ahead", "forecast", "brier", "log_score", "gain", "gain_low", "gain_high", "slope"]]
    parts.append("Stress some bars ahead; gain is the log score above persistence, slope 1 is calibrated.")
    parts.append(markdown(shown, dict.fromkeys(shown.columns[2:], ".3f")))
    return "\n\n".join(parts)


def main() -> None:
    """Write the page, or print one market's chapter."""
    if len(sys.argv) == 3 and sys.argv[1] == "--prices":
        print(chapter(Path(sys.argv[2]).stem, data.load_prices(sys.argv[2])))
        return
    head = f"""# What regime models are worth

Generated by `make regimes`; no number here is typed. Labels as they were made on the day: first fit after {TRAIN} bars,
a refit every {REFIT}, three states unless said otherwise. Positions are decided at a close and held over the next
bar; every change costs {COST:.2%} of what is traded; risk-free rate 0. Sharpe ratios a year with 95 % intervals (2,000
samples of blocks of bars, the same for all books); such intervals from one history are too short rather than too
long. *multiplier*: the printed multiplier of the label held; *expected*: weighted by the labels' probabilities; *calm
only*: in or out. The flat book holds the t model's mean exposure, known only afterwards. Another market:
`make regimes ARGS="--prices my_prices.csv"`."""
    text = "\n\n".join([head, *(chapter(title, data.load_prices(name)) for name, title in NAMES.items())])
    (ROOT / "docs" / "regimes.md").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
