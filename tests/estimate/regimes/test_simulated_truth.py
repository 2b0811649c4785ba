"""Simulated chains, where the truth is known: how close the fitted filter comes to the one that knows the parameters."""

from __future__ import annotations

import numpy as np
import pytest

from nija_research.estimate import regimes
from nija_research.estimate.regimes.hmm import Chain

SEEDS, DAYS = 20, 2500


def persistent(k, stay):
    trans = np.full((k, k), (1 - stay) / (k - 1))
    np.fill_diagonal(trans, stay)
    return trans


THREE = {"trans": persistent(3, 0.98), "mean": (0.0008, 0.0, -0.001), "scale": (0.006, 0.012, 0.03)}
FIVE = {
    "trans": persistent(5, 0.985),
    "mean": (0.0008, 0.0005, 0.0, -0.0005, -0.001),
    "scale": (0.003, 0.007, 0.014, 0.028, 0.056),
}
# (world, degrees of freedom of the world, model, states, how far below the oracle the mean over seeds may lie)
WORLDS = [
    pytest.param(THREE, np.inf, "gaussian_hmm", 3, 0.02, id="3 Gaussian states"),
    pytest.param(THREE, 4.0, "t_hmm", 3, 0.02, id="3 states of Student-t(4), fitted with 5"),
    pytest.param(FIVE, np.inf, "gaussian_hmm", 5, 0.04, id="5 Gaussian states"),
]


def balanced(states, probability, k):
    """Mean over the true states of how often the most probable state is right."""
    called = probability.argmax(axis=1)
    return np.mean([(called[states == j] == j).mean() for j in range(k) if (states == j).any()])


def scores(states, probability):
    """Brier score (sum over states) and log score of the probability given to the true state."""
    hit = np.eye(probability.shape[1])[states]
    return ((probability - hit) ** 2).sum(axis=1).mean(), np.log(np.maximum(probability[hit == 1], 1e-12)).mean()


@pytest.mark.slow
@pytest.mark.parametrize(("params", "nu", "model", "k", "slack"), WORLDS)
def test_filter_comes_close_to_the_oracle(world, params, nu, model, k, slack):
    accuracy, proper = [], []
    for seed in range(SEEDS):
        states, r = world(np.random.default_rng(seed), 2 * DAYS, nu=nu, **params)
        fitted = regimes.fit(r[:DAYS], model, k, rng=seed)
        truth = Chain(
            np.eye(k)[0], params["trans"], np.array(params["mean"]), np.array(params["scale"]), nu, np.empty(0)
        )
        ours, theirs = fitted.filter(r), truth.filter(r)[0]
        seen, fresh = slice(0, DAYS), slice(DAYS, None)
        accuracy.append([balanced(states[part], p[part], k) for part in (seen, fresh) for p in (ours, theirs)])
        proper.append([scores(states[fresh], p[fresh]) for p in (ours, theirs)])
    seen, oracle, fresh, oracle_fresh = np.mean(accuracy, axis=0)
    (brier, log), (oracle_brier, oracle_log) = np.mean(proper, axis=0)
    said = f"days of the fit {seen:.3f} ({oracle:.3f}), fresh days {fresh:.3f} ({oracle_fresh:.3f}), Brier {brier:.3f} ({oracle_brier:.3f}), log {log:.3f} ({oracle_log:.3f}); in brackets the oracle"  # fmt: skip
    assert oracle - seen <= slack, said
    assert oracle_fresh - fresh <= 2 * slack, said
    # On days it has not seen, nothing scores better than the true parameters.
    assert 0.0 < brier - oracle_brier < 0.06, said
    assert -0.25 < log - oracle_log < 0.0, said


@pytest.mark.slow
def test_heavy_tails_break_the_gaussian_model(world):
    """On Student-t(4) data the Gaussian model spends states on single extreme days; Student-t densities do not."""
    gap = []
    for seed in range(SEEDS):
        states, r = world(np.random.default_rng(seed), DAYS, nu=4.0, **THREE)
        gap.append([balanced(states, regimes.fit(r, m, 3).filter(r), 3) for m in ("t_hmm", "gaussian_hmm")])
    student, gaussian = np.mean(gap, axis=0)
    assert student - gaussian > 0.03, (student, gaussian)


@pytest.mark.slow
def test_five_states_need_starts_by_volatility(world, gaussian_hmm):
    """k-means starts, as the field's package makes them, against starting values that differ in volatility."""
    gap = []
    for seed in range(3):
        states, r = world(np.random.default_rng(seed), DAYS, **FIVE)
        ours = balanced(states, regimes.fit(r, "gaussian_hmm", 5).filter(r), 5)
        peer = gaussian_hmm(5, "diag", n_iter=200, random_state=seed, covars_prior=0.0, covars_weight=1.0, tol=1e-3)
        peer.fit(r[:, None] * 100.0)
        by = np.argsort(peer.covars_[:, 0, 0])
        theirs = Chain(
            peer.startprob_[by], peer.transmat_[np.ix_(by, by)], peer.means_[by, 0],
            np.sqrt(peer.covars_[by, 0, 0]), np.inf, np.empty(0),
        ).filter(r * 100.0)[0]  # fmt: skip
        gap.append((ours, balanced(states, theirs, 5)))
    ours, theirs = np.mean(gap, axis=0)
    assert ours - theirs > 0.05, (ours, theirs)


def test_jump_model_and_rules_know_a_plain_world(world):
    """Two states far apart: every model names most days rightly, online."""
    states, r = world(np.random.default_rng(7), DAYS, persistent(2, 0.995), (0.0, 0.0), (0.006, 0.03))
    # The rule cuts at 80 % of the days, whatever the share of calm ones.
    for model, least in (("t_hmm", 0.9), ("gaussian_hmm", 0.9), ("jump", 0.85), ("rules", 0.7)):
        assert balanced(states, regimes.fit(r, model, 2).filter(r), 2) > least, model


def test_degrees_of_freedom_are_found(world):
    """Of the tried values the likeliest lies beside the true 4."""
    _, r = world(np.random.default_rng(1), 8000, nu=4.0, **THREE)
    assert regimes.fit(r, nu=None).chain.nu in (3.0, 4.0, 5.0)
