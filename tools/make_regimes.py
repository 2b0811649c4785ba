"""
Write docs/regimes.md: regime models and benchmarks on the bundled indices; ``--prices FILE`` prints another market.

Minutes, not seconds: monthly refits, all models, all settings. Nothing there is typed by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from nija_research import data, policy
from nija_research.estimate import regimes
from nija_research.estimate.regimes.hmm import Chain

ROOT = Path(__file__).resolve().parents[1]
SHARES = policy.RegimeShares().multipliers
TRAIN, REFIT, COST, START = 504, 21, 0.0005, 784
TRUTH = (
    "Chains whose states are known, 20 seeds, 2,500 days of the fit and 2,500 fresh ones. Balanced accuracy of the "
    "filter on both, Brier and log score of its probabilities on the fresh days; the oracle filters with the true "
    "parameters."
)
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


def value_rows(
    returns: pd.Series, walks: dict[str, regimes.WalkForward], prices: pd.DataFrame, stress: np.ndarray
) -> pd.DataFrame:
    """Every position on one market."""
    daily = prices if len(prices) <= 10_000 else None
    table = regimes.value_table(
        returns,
        regimes.strategy_positions(returns, walks, SHARES, prices=daily, stress=stress),
        start=START,
        cost=COST,
        periods=regimes.bars_per_year(returns),
        draws=2000,
        rng=1,
    )
    names = {"difference": "above hold", "difference_low": "low", "difference_high": "high"}
    return table.drop(columns=["volatility", "growth", "growth_low", "growth_high"]).rename(columns=names)


def chapter(title: str, prices: pd.DataFrame) -> str:
    """All tables of one market."""
    returns = returns_of(prices)
    walks, periods = walks_of(returns), regimes.bars_per_year(returns)
    ratio = dict.fromkeys(["sharpe", "sharpe_low", "sharpe_high", "above hold", "low", "high", "turnover"], ".2f")
    form = ratio | {"drawdown": ".1%", "exposure": ".0%"}
    parts = [f"## {title}", f"{len(returns) - START:,} bars judged, from {returns.index[START]:%Y-%m-%d}."]
    predictions = {ahead: regimes.predict_stress(returns, ahead=ahead, train=TRAIN) for ahead in (1, 5, 21)}
    parts.append(markdown(value_rows(returns, walks, prices, predictions[5].probability["supervised"]), form))
    known = ", ".join(f"{name} {(walk.state[START:] >= 0).mean():.0%}" for name, walk in walks.items())
    parts.append(f"Share of these bars on which regimes were found, so that a label was given: {known}.")

    shifted = {
        name: regimes.placebo(
            returns, regimes.label_multiplier(walk.label, SHARES), start=START, cost=COST, periods=periods, shift=21
        )[1]
        for name, walk in walks.items()
    }
    luck = ", ".join(f"{name} {p:.2f}" for name, p in shifted.items())
    parts.append(f"Share of placebos (the multipliers moved to other times) that do at least as well: {luck}.")

    options = {"delays": (1, 5, 10), "trains": (TRAIN,), "costs": (0.0, COST, 4 * COST), "start": START}
    options |= {"periods": periods, "draws": 400, "rng": 1}
    chains = regimes.sensitivity(returns, SHARES, models=("t_hmm", "gaussian_hmm"), n_states=(2, 3, 4, 5), **options)
    others = regimes.sensitivity(returns, SHARES, models=("jump", "rules"), n_states=(2, 3), **options)
    grid = pd.concat([chains, others], ignore_index=True)
    names = {"difference": "above hold", "difference_low": "low", "difference_high": "high"}
    shown = grid[(grid["cost"] == COST) | (grid["delay"] == 1)].drop(columns=["train", "refit"]).rename(columns=names)
    clear = int((grid["difference_low"] > 0).sum())
    parts.append(
        f"The multipliers at {len(grid)} settings: above holding by {grid['difference'].min():+.2f} to "
        f"{grid['difference'].max():+.2f}; the interval clears zero in {clear} of them."
    )
    parts.append(markdown(shown, form | {"cost": ".2%"}))

    scores = {f"{name}, 3 states": walk.log_score for name, walk in walks.items()}
    for k in (2, 5):
        scores[f"t, {k} states"] = regimes.walk_forward(returns, "t_hmm", k, train=TRAIN, refit=REFIT).log_score
    scores["EWMA, .94"] = regimes.ewma_log_score(returns)
    scores["GARCH-t"] = regimes.garch_log_score(returns, train=TRAIN, refit=REFIT, asymmetric=False)
    scores["GJR-GARCH-t"] = regimes.garch_log_score(returns, train=TRAIN, refit=REFIT)
    score = pd.Series({name: s[START:].mean() for name, s in scores.items()}).sort_values(ascending=False)
    shown = score.rename("log score").rename_axis("density of the next bar").reset_index()
    parts.append("One-step log score, nats a bar, the higher the better.")
    parts.append(markdown(shown, {"log score": ".4f"}))

    rows = [prediction.to_frame().assign(ahead=ahead) for ahead, prediction in predictions.items()]
    shown = pd.concat(rows)[["ahead", "forecast", "brier", "log_score", "gain", "gain_low", "gain_high", "slope"]]
    parts.append("Stress some bars ahead; gain is the log score above persistence, slope 1 is calibrated.")
    parts.append(markdown(shown, dict.fromkeys(shown.columns[2:], ".3f")))
    return "\n\n".join(parts)


def persistent(k: int, stay: float) -> np.ndarray:
    """Transitions that stay with one probability and go anywhere else with equal ones."""
    trans = np.full((k, k), (1.0 - stay) / (k - 1))
    np.fill_diagonal(trans, stay)
    return trans


def judged(states: np.ndarray, p: np.ndarray) -> list[float]:
    """Balanced accuracy on the days of the fit and on fresh ones, Brier and log score on the fresh ones."""
    right, half = p.argmax(axis=1) == states, len(states) // 2
    parts = slice(0, half), slice(half, None)
    accuracy = [np.mean([right[part][states[part] == j].mean() for j in set(states[part])]) for part in parts]
    fresh, truth = p[half:], states[half:]
    own = fresh[np.arange(len(fresh)), truth]
    brier = ((fresh - np.eye(p.shape[1])[truth]) ** 2).sum(axis=1).mean()
    return [*accuracy, brier, np.log(np.maximum(own, 1e-12)).mean()]


def truth() -> str:
    """Simulated chains: fitted filter against the filter that knows the parameters, days of the fit and fresh days."""
    three = (persistent(3, 0.98), np.array([0.0008, 0.0, -0.001]), np.array([0.006, 0.012, 0.03]))
    five = (persistent(5, 0.985), 0.0005 * np.arange(2.0, -3.0, -1.0), 0.0035 * 2.0 ** np.arange(5.0))
    worlds = {
        "3 Gaussian states": (three, np.inf, "gaussian_hmm"),
        "3 Student-t(4) states": (three, 4.0, "t_hmm"),
        "3 Student-t(4) states, Gaussian model": (three, 4.0, "gaussian_hmm"),
        "5 Gaussian states": (five, np.inf, "gaussian_hmm"),
    }
    rows = []
    for name, ((trans, mean, scale), nu, model) in worlds.items():
        k, found = len(mean), []
        for seed in range(20):
            rng = np.random.default_rng(seed)
            states = np.zeros(5000, dtype=int)
            for t in range(1, 5000):
                states[t] = rng.choice(k, p=trans[states[t - 1]])
            noise = rng.standard_normal(5000) if nu == np.inf else rng.standard_t(nu, 5000)
            r = mean[states] + scale[states] * noise
            oracle = Chain(np.eye(k)[0], trans, mean, scale, nu, np.empty(0)).filter(r)[0]
            found.append(judged(states, regimes.fit(r[:2500], model, k).filter(r)) + judged(states, oracle))
        rows.append((name, *np.mean(found, axis=0)))
    names = ["accuracy", "fresh", "Brier", "log score"]
    columns = ["world", *names, *(f"oracle's {name}" for name in names)]
    parts = [
        "## Simulated truth",
        TRUTH,
        markdown(pd.DataFrame(rows, columns=columns), dict.fromkeys(columns[1:], ".3f")),
    ]
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
samples of blocks of bars, the same for all positions); such intervals from one history are too short rather than too
long. *multiplier*: the printed multiplier of the label held; *expected*: weighted by the labels' probabilities; *calm
only*: in or out; of the prediction, in while its probability of stress five bars ahead is below one half (in its
first year, before it has a forecast, as the t model's label says). A model that finds no regimes gives no label. The
flat position holds the t model's mean exposure, known only afterwards. Another market:
`make regimes ARGS="--prices my_prices.csv"`."""
    text = "\n\n".join([head, *(chapter(title, data.load_prices(name)) for name, title in NAMES.items()), truth()])
    (ROOT / "docs" / "regimes.md").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
