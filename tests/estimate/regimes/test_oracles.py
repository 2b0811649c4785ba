"""Published tables to their printed digits; the packages of the field as oracles; compiled code against its plain twin."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels

from nija_research.estimate import regimes
from nija_research.estimate.regimes import classifiers, em, hmm, labels, positions
from nija_research.estimate.regimes.fitting import markov_switching
from nija_research.estimate.regimes.series import decayed_sum


# Imported when a test first needs it: collecting tests should not wait for scikit-learn.
@pytest.fixture(scope="module")
def jump_model():
    from jumpmodels.jump import JumpModel

    return JumpModel


def series(name):
    """Data of the published examples, which travel inside statsmodels beside its own tests."""
    for file in sorted((Path(statsmodels.__file__).parent / "tsa" / "regime_switching" / "tests").glob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
                code = compile(ast.Expression(node.value), file.name, "eval")
                return np.asarray(eval(code, {"np": np}), dtype=float)  # nan is written np.nan there
    raise AssertionError(f"{name} is no longer inside statsmodels")


# (data, lagged regressor, options, log likelihood, parameters as printed, standard errors as printed or None)
HAMILTON = (0.754673, 0.095915, -0.358811, 1.163516, np.exp(-0.262658) ** 2, 0.013486, -0.057521, -0.246983, -0.212923)
PUBLISHED = [
    pytest.param(
        ("rgnp", False, {"order": 1}, -186.7575, (0.85472458, 0.53662099, 1.041419, -0.479157, np.exp(-0.231404) ** 2, 0.243128, 0.713029)),
        id="US GNP growth, switching AR(1) (EViews SWITCHREG)",
    ),
    pytest.param(
        ("fedfunds", False, {}, -508.63592, (0.9820939, 0.0503587, 3.70877, 9.556793, 2.107562**2)),
        id="federal funds rate, switching mean (Stata 14 manual, mswitch, example 1)",
    ),
    pytest.param(
        ("fedfunds", True, {}, -264.71069, (0.6378175, 0.1306295, 0.724457, -0.0988764, 0.7631424, 1.061174, 0.6915759**2)),
        id="federal funds rate with its lag (Stata 14 manual, mswitch, example 2)",
    ),
    pytest.param(
        (
            "areturns",
            True,
            {"switching_variance": True},
            -745.7977,
            (0.7530865, 0.6825357, 0.7641424, 1.972771, 0.0790744, 0.527953, 0.5895792**2, 1.605333**2),
        ),
        id="absolute returns, switching variance (Stata 14 manual, mswitch, example 4)",
    ),
    pytest.param(
        (
            "mumpspc",
            True,
            {"switching_variance": True, "trend": "n"},
            131.7225,
            (0.762733, 0.1473767, 0.420275, 0.9847369, 0.0562405**2, 0.2611362**2),
        ),
        id="mumps cases, switching variance (Stata 14 manual, mswitch)",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", PUBLISHED)
def test_classical_tables(case):
    name, lagged, options, level, printed = case
    y = series(name)
    if lagged:
        y, options = y[1:], {**options, "regressors": y[:-1]}
    found = markov_switching(y, 2, starts=2, **options)
    assert found.log_likelihood == pytest.approx(level, abs=1e-4)
    expected = dict(zip(found.table.index, printed, strict=True))
    estimate = found.table["estimate"]
    if abs(estimate["p[0->0]"] - expected["p[0->0]"]) > 0.05:  # the states carry no name: either may come first
        stay, leave = expected["p[0->0]"], expected["p[1->0]"]
        other = {"[0]": "[1]", "[1]": "[0]"}
        expected = {name[:-3] + other.get(name[-3:], name[-3:]): value for name, value in expected.items()}
        expected |= {"p[0->0]": 1 - leave, "p[1->0]": 1 - stay}
    np.testing.assert_allclose(estimate, [expected[name] for name in estimate.index], rtol=2e-3, atol=2e-4)


def test_hamilton_to_the_printed_digit():
    """Hamilton (1989), as EViews prints it: log likelihood -181.26339, p00 .754673, p10 .095915, ..."""
    found = markov_switching(series("rgnp"), 2, order=4, switching_ar=False, starts=2)
    assert round(found.log_likelihood, 4) == -181.2634
    np.testing.assert_allclose(found.table["estimate"], HAMILTON, atol=2e-4)
    errors = (0.0965189, 0.0377362, 0.2645396, 0.0745187)  # EViews
    np.testing.assert_allclose(found.table["error"].iloc[:4], errors, atol=5e-4)


def filardo():
    """Filardo (1994): growth of US industrial production, and the leading index that moves the transition."""
    return pd.read_csv(Path(statsmodels.__file__).parent / "tsa/regime_switching/tests/results/mar_filardo.csv")


# Table as Filardo's model is printed beside its data in statsmodels (logits of staying and of returning, AR(4)).
FILARDO = (4.35941747, -1.6493936, 1.7702123, 0.9945672, 0.517298, -0.865888, np.exp(-0.362469) ** 2, 0.189474, 0.079344, 0.110944, 0.122251)  # fmt: skip


@pytest.mark.slow
def test_filardos_time_varying_transition():
    """Found from our own starts: log likelihood -586.5718 and every parameter; probabilities and durations as printed."""
    data = filardo()
    model = {"order": 4, "switching_ar": False, "transitions": data["dmdlleading"].to_numpy()[:-1]}
    y = data["dlip"].to_numpy()[1:]
    found = markov_switching(y, 2, starts=2, **model)
    assert round(found.log_likelihood, 4) == -586.5718
    np.testing.assert_allclose(found.table["estimate"], FILARDO, atol=3e-4)
    printed = markov_switching(y, 2, at=FILARDO, **model)
    assert round(printed.log_likelihood, 4) == -586.5718
    np.testing.assert_allclose(printed.filtered[:, 0], data["filtered_0"].iloc[5:], atol=1e-5)
    np.testing.assert_allclose(np.asarray(printed.smoothed)[:, 0], data["smoothed_0"].iloc[5:], atol=1e-5)


# EViews SWITCHREG on Hamilton's series, AR(1) and constant switching, probability regressors c and recession.
VARYING = (6.564923, 7.846371, -8.064123, -15.37636, 1.027190, -0.719760, np.exp(-0.217003) ** 2, 0.161489, 0.022536)


def test_time_varying_transition_of_gnp():
    """
    EViews prints log likelihood -163.914049: ours at its parameters, with its filtered and smoothed probabilities. The
    likelihood has a higher maximum, -161.786477 (statsmodels' own record), which our starts find.
    """
    model = {"order": 1, "transitions": series("rec")}
    printed = markov_switching(series("rgnp"), 2, at=VARYING, **model)
    assert printed.log_likelihood == pytest.approx(-163.914049, abs=5e-6)
    np.testing.assert_allclose(printed.filtered[:, 0], series("hamilton_ar1_switch_tvtp_filtered"), atol=1e-5)
    np.testing.assert_allclose(
        np.asarray(printed.smoothed)[:, 0], series("hamilton_ar1_switch_tvtp_smoothed"), atol=1e-5
    )
    assert markov_switching(series("rgnp"), 2, starts=2, **model).log_likelihood == pytest.approx(-161.786477, abs=1e-4)


def test_switching_autoregression_of_gnp():
    """Stata 14 manual, mswitch, AR(2) all switching: -179.32354 at its parameters; EM and BFGS end a little below it."""
    printed = (0.3812383, 0.3564492, -0.0055216, 1.195482, 0.6677098**2, 0.3710719, 0.4621503, 0.7002937, -0.3206652)
    found = markov_switching(series("rgnp"), 2, order=2, at=printed)
    assert round(found.log_likelihood, 5) == -179.32354
    folder = Path(statsmodels.__file__).parent / "tsa/regime_switching/tests/results"
    seen = pd.read_csv(folder / "results_predict_rgnp.csv")["switchar2_sm1"].iloc[3:]  # Stata's smoothed probability
    np.testing.assert_allclose(np.asarray(found.smoothed)[:, 0], seen, atol=1e-5)
    assert markov_switching(series("rgnp"), 2, order=2, starts=1).log_likelihood == pytest.approx(-179.38684, abs=1e-3)


def test_federal_funds_rate_with_three_regressors():
    """Stata 14 manual, mswitch, example 3: lag, output gap and inflation; two states, and the printed table of three."""
    rate = series("fedfunds")
    beside = np.column_stack([rate[3:-1], series("ogap")[4:], series("inf")[4:]])
    printed = (0.7279288, 0.2114578, 0.6554954, -0.0944924, 0.8314458, 0.9292574, 0.1355425, 0.0343072, -0.0273928, 0.2125275, 0.5764495**2)  # fmt: skip
    errors = (0.0929915, 0.0641179, 0.1373889, 0.1279231, 0.0333236, 0.0270852, 0.0294113, 0.0240138, 0.0408057, 0.0297351)  # fmt: skip
    found = markov_switching(rate[4:], 2, regressors=beside, starts=2)
    assert round(found.log_likelihood, 5) == -229.25614
    np.testing.assert_allclose(found.table["estimate"], printed, atol=5e-5)
    np.testing.assert_allclose(found.table["error"].iloc[:-1], errors, atol=1e-4)
    three = (0.7253684, 0.1641252, 0.6178282, 0.2564055, 0.7994204, 0.3821718, 0.5261292, -0.0034106, 0.6015991, 0.8464551, 0.9690088, 0.4178913, 0.1201952, 0.0464136, 0.1075357, -0.0425603, 0.1298906, 0.9099168, 0.438375**2)  # fmt: skip
    assert markov_switching(rate[4:], 3, regressors=beside, at=three).log_likelihood == pytest.approx(
        -189.89493, abs=5e-5
    )


@pytest.mark.parametrize(("k", "seed"), [(2, 0), (3, 1), (4, 2)])
def test_gaussian_em_climbs_as_hmmlearn_does(sp500, k, seed, gaussian_hmm):
    """Same starts, no priors on either side, the same number of steps: the same likelihood and parameters."""
    x = sp500.to_numpy()[:2500] * 100.0
    start = em.starting_values(x / np.median(np.abs(x)), k, np.inf)[seed].rescaled(0.0, float(np.median(np.abs(x))))
    for steps in (1, 25):
        peer = gaussian_hmm(
            k, "diag", n_iter=steps, tol=-np.inf, init_params="", params="stmc",
            covars_prior=0.0, covars_weight=1.0, means_weight=0.0, min_covar=0.0, implementation="scaling",
        )  # fmt: skip
        peer.startprob_, peer.transmat_ = start.start, start.trans
        peer.means_, peer.covars_ = start.mean[:, None], start.scale[:, None] ** 2
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            peer.fit(x[:, None])
        ours = em.em_fit(x, start, steps=steps, tolerance=-np.inf, floor=0.0, prior=0.0)
        assert ours.score + len(x) * ours.constant == pytest.approx(peer.score(x[:, None]), rel=1e-10)
        np.testing.assert_allclose(ours.mean, peer.means_[:, 0], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(ours.scale, np.sqrt(peer.covars_[:, 0, 0]), rtol=1e-7)
        np.testing.assert_allclose(ours.trans, peer.transmat_, rtol=1e-6, atol=1e-10)
        np.testing.assert_allclose(ours.smooth(x), peer.predict_proba(x[:, None]), atol=1e-7)
        assert (ours.viterbi(x)[0] == peer.predict(x[:, None])).mean() > 0.99 or k == 4


def test_viterbi_is_hmmlearns(sp500, gaussian_hmm):
    found = regimes.fit(sp500, "gaussian_hmm", 3)
    x = (sp500.to_numpy() - found.centre) / found.unit
    peer = gaussian_hmm(3, "diag", init_params="")
    peer.startprob_, peer.transmat_ = found.chain.start, found.chain.trans
    peer.means_, peer.covars_ = found.chain.mean[:, None], found.chain.scale[:, None] ** 2
    level, states = peer.decode(x[:, None], algorithm="viterbi")
    ours, score = found.chain.viterbi(x)
    assert score == pytest.approx(level, rel=1e-10)
    assert (ours == states).all()


@pytest.mark.parametrize(("k", "penalty"), [(2, 50.0), (3, 50.0), (3, 5.0), (4, 200.0)])
def test_jump_model_is_jumpmodels(sp500, k, penalty, jump_model):
    """From the same centres: the same objective, the same labels, and the same labels online."""
    x = sp500.to_numpy()[:2000] / np.median(np.abs(sp500))
    raw = classifiers.features(x)
    y = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    for centres in classifiers.starting_centres(y, k):
        peer = jump_model(n_components=k, jump_penalty=penalty, random_state=0)
        peer.init_centers = lambda _, c=centres: [c]
        peer.fit(y, sort_by="freq")
        value, _, states = classifiers.descend(y, centres, penalty)
        assert value == pytest.approx(peer.val_, rel=1e-12)
        names = {int(a): int(b) for a, b in zip(states, peer.labels_, strict=True)}
        assert len(set(names.values())) == len(names)
        assert all(names[int(a)] == int(b) for a, b in zip(states, peer.labels_, strict=True))
    ours = classifiers.fit_jump_model(x, k, penalty)
    peer.centers_, peer.feat_weights = ours.centres, None
    fresh = np.asarray(peer.predict_online((classifiers.features(x * 1.3) - ours.middle) / ours.spread))
    assert (ours.online(x * 1.3) == fresh).all()


def test_jump_model_finds_a_minimum_at_least_as_low_as_ten_random_starts(sp500, jump_model):
    x = sp500.to_numpy()[:2000] / np.median(np.abs(sp500))
    raw = classifiers.features(x)
    peer = jump_model(n_components=3, jump_penalty=50.0, random_state=0, n_init=10)
    peer.fit((raw - raw.mean(axis=0)) / raw.std(axis=0), sort_by="freq")
    assert classifiers.fit_jump_model(x, 3, 50.0).objective <= peer.val_ * (1.0 + 1e-9)


def test_student_t_density_is_scipys():
    from scipy.stats import norm, t

    x = np.linspace(-8, 8, 41)
    for nu in (1.0, 2.0, 3.5, 4.0, 5.0, 12.0, 60.0, np.inf):
        one = hmm.Chain(np.ones(1), np.ones((1, 1)), np.array([0.3]), np.array([1.7]), nu, np.empty(0))
        expected = norm.logpdf(x, 0.3, 1.7) if nu == np.inf else t.logpdf(x, nu, 0.3, 1.7)
        np.testing.assert_allclose(one.filter(x)[1], expected, rtol=1e-12)


def test_student_t_climbs_to_scipys_maximum():
    """One state is the plain t sample: the likelihood of scipy's own optimum."""
    from scipy.stats import t

    x = t.rvs(5, 0.2, 1.5, size=3000, random_state=1)
    found = em.em_fit(x, em.starting_values(x, 1, 5.0)[0], tolerance=1e-10)
    _, loc, scale = t.fit(x, fdf=5.0)
    assert found.mean[0] == pytest.approx(loc, abs=1e-4)
    assert found.scale[0] == pytest.approx(scale, rel=1e-4)


@pytest.mark.parametrize("prior", [0.0, em.PRIOR])
@pytest.mark.parametrize("nu", [5.0, np.inf])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_posterior_never_falls(sp500, nu, k, prior):
    x = sp500.to_numpy()[:1500] / np.median(np.abs(sp500))
    for start in em.starting_values(x, k, nu):
        found = em.em_fit(x, start, steps=300, tolerance=-np.inf, prior=prior)
        assert np.diff(found.path).min() > -1e-9 * abs(found.score)
        assert len(found.path) == 301
        assert not found.note


def test_the_log_posterior_is_the_likelihood_and_the_prior_written_out(sp500):
    x = sp500.to_numpy()[:1500] / np.median(np.abs(sp500))
    found = em.em_fit(x, em.starting_values(x, 3, 5.0)[0], prior=3.0)
    level = found.filter(x)[1].sum() - len(x) * found.constant
    assert found.score == pytest.approx(level + np.log(found.trans).sum() + np.log(found.start).sum(), rel=1e-12)
    # A maximum: probability moved between any two entries of a row lowers it.
    best = em.em_fit(x, found, prior=3.0, tolerance=1e-10)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        for step in (1e-3, -1e-3):
            trans = best.trans.copy()
            trans[i, j] += step * trans[i, j]
            trans[i, i] -= step * best.trans[i, j]
            other = hmm.Chain(best.start, trans, best.mean, best.scale, best.nu, np.empty(0))
            level = other.filter(x)[1].sum() - len(x) * other.constant
            assert level + np.log(trans).sum() + np.log(best.start).sum() < best.score


def test_a_step_that_falls_is_not_taken(sp500, monkeypatch):
    """A wrong expectation step: EM keeps what it had, and says so."""

    def wrong(x, b, trans, mean, scale, nu, alpha, c, moves, sums):
        hmm.expect(x, b, trans, mean, scale, nu, alpha, c, moves, sums)
        sums[3] *= 50.0

    x = sp500.to_numpy()[:200] / np.median(np.abs(sp500))
    start = em.em_fit(x, em.starting_values(x, 2, 5.0)[0])
    monkeypatch.setattr(em, "expect", wrong)
    monkeypatch.setattr(em, "_em_steps", em._em_steps.py_func)
    found = em.em_fit(x, start)
    assert "after 1 steps" in found.note
    assert len(found.path) == 1
    for name in ("start", "trans", "mean", "scale"):
        assert np.array_equal(getattr(found, name), getattr(start, name))


def twins():
    rng = np.random.default_rng(0)
    n, k = 60, 3
    x = rng.standard_normal(n)
    b = rng.random((n, k)) + 0.01
    trans = rng.dirichlet(np.ones(k) * 3, k)
    start, mean, scale = np.full(k, 1 / 3), np.array([-0.1, 0.0, 0.2]), np.array([0.5, 1.0, 2.0])
    alpha, c, gamma = np.zeros((n, k)), np.zeros(n), np.zeros((n, k))
    hmm.forward(b, start, trans, alpha, c)
    y = rng.standard_normal((n, 2))
    loss, price = rng.random((n, k)) * 5, 2.0 * (1 - np.eye(k))
    whole = np.zeros((n, k), dtype=np.int64)
    chances = rng.dirichlet(np.ones(5), n)
    chances[:5] = np.nan
    for nu in (np.inf, 5.0, 4.0, 3.3):
        yield hmm.densities, (x, mean, scale, nu, np.zeros((n, k)), np.zeros(n))
        sums = (np.zeros((k, k)), np.zeros((5, k)))
        yield hmm.expect, (x, b, trans, mean, scale, nu, alpha, c, *sums)
        yield em._em_steps, (x, start, trans, mean, scale, nu, 0.05, 1.0, -np.inf, np.zeros(8))
    yield hmm.forward, (b, start, trans, np.zeros((n, k)), np.zeros(n))
    yield (
        hmm.forward,
        (np.where(np.arange(n)[:, None] % 20 == 0, 0.0, b), start, trans, np.zeros((n, k)), np.zeros(n)),
    )
    yield hmm.backward, (b, trans, alpha, c, gamma)
    yield hmm.cheapest_path, (loss, price, whole, np.zeros(n, dtype=np.int64))
    yield hmm.cheapest_path_online, (loss, price, np.zeros(n, dtype=np.int64))
    yield classifiers._distance, (y, y[:3], np.zeros((n, 3)))
    yield classifiers._descend, (y, y[:3].copy(), price, 20, 1e-8, np.zeros(n, dtype=np.int64))
    yield labels._directions, (y, 0.7, np.zeros((n, 2)))
    yield labels._hold, (chances, 0.1, np.zeros(n, dtype=np.int64))


@pytest.mark.parametrize(("compiled", "arguments"), list(twins()), ids=lambda v: getattr(v, "__name__", ""))
def test_compiled_equals_its_plain_twin(compiled, arguments):
    copies = [[a.copy() if isinstance(a, np.ndarray) else a for a in arguments] for _ in range(2)]
    with np.errstate(all="ignore"):
        results = compiled(*copies[0]), compiled.py_func(*copies[1])
    np.testing.assert_allclose(*results, rtol=1e-12) if results[0] is not None else None
    for a, b in zip(*copies, strict=True):
        if isinstance(a, np.ndarray):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


def test_a_decayed_sum_is_its_recursion():
    x, y = np.random.default_rng(0).standard_normal(60), [0.7]
    for value in x:
        y.append(0.9 * y[-1] + value)
    np.testing.assert_allclose(decayed_sum(x, 0.9, 0.7), y[1:], rtol=1e-13)
    np.testing.assert_array_equal(decayed_sum(x[:40], 0.9, 0.7), decayed_sum(x, 0.9, 0.7)[:40])


def test_features_of_the_jump_model_written_out():
    """Logs of exponentially weighted squares, half-lives 5, 20 and 10 bars; the last of falls alone, begun at a half."""
    x = np.random.default_rng(0).standard_normal(40)
    for column, (half_life, before) in enumerate(((5, 1.0), (20, 1.0), (10, 0.5))):
        keep, level = 0.5 ** (1 / half_life), before
        for t, value in enumerate(x):
            level = keep * level + (1 - keep) * value**2 * (column < 2 or value < 0)
            assert classifiers.features(x)[t, column] == pytest.approx(0.5 * np.log(level), rel=1e-12)


def test_expanding_quantile_is_numpys(sp500):
    values = np.abs(sp500.to_numpy()[:400])
    ours = positions.expanding_quantile(values, 0.8, 19)
    assert np.isnan(ours[:19]).all()
    for t in (19, 20, 57, 399):
        assert ours[t] == pytest.approx(np.quantile(values[19 : t + 1], 0.8), rel=1e-12)
