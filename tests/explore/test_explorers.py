"""The explorers without a page: pure functions of their settings, the same in the static notebook."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nija_research import data, estimate, policy, report, simulate
from nija_research.errors import DataError, ParameterError
from nija_research.explore import is_interactive, kelly, logs, policies, regimes, siphon
from nija_research.explore.policies import THRESHOLDS, edit_policy
from nija_research.simulate import metrics, worlds
from nija_research.simulate import siphon as siphons

ROOT = Path(__file__).parents[2]
EXPLORERS = {e.notebook: e for e in (kelly.EXPLORER, policies.EXPLORER, siphon.EXPLORER, regimes.EXPLORER)}


def defaults(explorer):
    declared = report.notebook_parameters(ROOT / "notebooks" / f"{explorer.notebook}.ipynb")
    return {p.name: p.default for p in declared if p.name != "static"}


def value(answer, name):
    return answer.values()[name]


@pytest.fixture(params=EXPLORERS.values(), ids=EXPLORERS)
def explorer(request):
    return request.param


def test_settings_are_the_notebook_s_parameters(explorer):
    declared = report.notebook_parameters(ROOT / "notebooks" / f"{explorer.notebook}.ipynb")
    assert {p.name: p.type for p in declared if p.name != "static"} == {s.name: s.type for s in explorer.settings}


def test_every_explorer_has_its_notebook():
    assert set(EXPLORERS) == {p.stem for p in (ROOT / "notebooks").glob("7*.ipynb")}


def test_presets_are_settings_and_are_answered(explorer):
    for name, preset in explorer.presets.items():
        assert set(preset) <= {s.name for s in explorer.settings}, name
    last = list(explorer.presets.values())[-1]
    answer = explorer.answer({**defaults(explorer), **last})
    assert len(answer.numbers) > 3
    for number in answer.numbers:
        assert f"{number.label} {number.text()}" in answer.alt()


def test_what_is_typed_is_what_was_written(explorer):
    for setting in explorer.settings:
        default = defaults(explorer)[setting.name]
        assert setting.read(setting.write(default)) == default
    for name, text in (("off", "streak,stops"), ("stake", "none")):
        if explorer is policies.EXPLORER:
            assert explorer[name].write(explorer[name].read(text)) == text


def test_only_what_differs_is_copied_and_a_shell_reads_it_back():
    usual = defaults(policies.EXPLORER)
    values = {**usual, "off": ["streak"], "trades": "/a folder/it's.csv", "stake": 0.1 + 0.05}
    line = policies.EXPLORER.command_line(values, usual)
    assert line == (
        "nija run 71_explore_policies -p off=streak -p stake=0.15 -p 'trades=/a folder/it'\"'\"'s.csv' --pdf"
    )
    assert policies.EXPLORER.command_line(usual, usual) == "nija run 71_explore_policies --pdf"
    assert policies.EXPLORER.parameter_file(usual, usual) == "{}\n"
    assert policies.EXPLORER.parameter_file({**usual, "edge": 0.1}, usual) == "edge: 0.1\n"


def test_policy_numbers_are_the_simulator_s():
    values = {**defaults(policies.EXPLORER), "peak_stop": 0.18, "paths": 500, "horizon": 60, "off": ["streak"]}
    answer = policies.answer(values)
    printed = policy.presets["document_003"]
    rules = replace(printed, streak=None, stops=replace(printed.stops, peak=0.18))
    log = data.load_trades("sp500_trend").sort_values("exit_time")
    world = worlds.bootstrap(log, costs=worlds.Costs(leverage=5.0))
    ours, plain = (
        simulate.run(p, world, n_paths=500, horizon=60, rng=1) for p in (rules, policy.presets["fixed_fraction"])
    )
    gain = metrics.difference(ours, plain, "growth")
    shown = next(n for n in answer.numbers if n.name == "gain")
    assert (shown.value, shown.low, shown.high) == pytest.approx((gain.value, gain.low, gain.high), rel=1e-12)
    assert value(answer, "half_lost") == metrics.probability_of_ruin(ours).value


def test_a_policy_that_refuses_every_trade_says_so():
    values = {**defaults(policies.EXPLORER), "preset": "document_000", "paths": 200, "horizon": 40}
    refused, freed = (policies.answer({**values, "off": off}) for off in ([], ["risk"]))
    assert value(refused, "taken") == 0.0
    assert "No trade was taken" in refused.caption
    assert 0.0 < value(freed, "taken") <= 40.0
    assert "No trade" not in freed.caption


def test_the_fan_is_of_the_paths_themselves():
    """Shorter runs stand for the paths at earlier steps: the same paths, traced in full, are where the fan says."""
    log = data.load_trades("sp500_trend")
    world = worlds.bootstrap(log, costs=worlds.Costs(leverage=5.0))
    settings = {"n_paths": 40, "horizon": 37, "rng": 3, "base": 1000.0}
    steps, paths = policies._over_time(policy.presets["document_000"], world, *settings.values())
    full = simulate.run(policy.presets["document_000"], world, trace=range(40), **settings)
    traced = np.array([trace.states["unit"].to_numpy() for trace in full.traces]).T
    assert steps[-1] == 37
    np.testing.assert_allclose(paths, traced[steps], rtol=1e-12)


@pytest.mark.parametrize("name", THRESHOLDS)
def test_each_threshold_moves_its_own_rule_alone(name):
    presets = [p for p in policy.presets if name in policies.defaults({**defaults(policies.EXPLORER), "preset": p})]
    assert presets, "no preset has it"
    before = policy.presets[presets[0]].to_dict()
    rule, field, place = THRESHOLDS[name]
    new = {"hot": 1.5, "cold": 0.5, "caution": 0.04, "halt": 0.3}.get(name, 0.12)
    after = edit_policy(presets[0], [], {name: new}).to_dict()
    moved = after[rule][field] if place is None else after[rule][field][place]
    assert moved == new
    different = {(r, f) for r in after for f in after[r] if after[r][f] != before[r][f]}
    twice = {("profit_split", "chest"), ("profit_split", "reinvest")} if name == "siphon" else set()
    assert different == {(rule, field)} | twice


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stake": 7.0}, "share"),
        ({"preset": "document_000", "caution": 0.3}, "CAUTION, WARNING"),
        ({"halt": 0.3}, "halt belongs to a rule that is off"),
        ({"off": ["stops"], "peak_stop": 0.3}, "peak_stop belongs to a rule that is off"),
        ({"off": ["luck"]}, "no rule 'luck'"),
        ({"paths": 10}, "paths"),
        ({"baseline": "mine"}, "baseline"),
        ({"trades": "no_such_log"}, "no_such_log"),
    ],
)
def test_what_the_library_refuses_is_refused_in_its_words(changes, message):
    with pytest.raises((ParameterError, DataError), match=message):
        policies.answer({**defaults(policies.EXPLORER), **changes})


def test_kelly_numbers_are_closed_forms():
    answer = kelly.answer({**defaults(kelly.EXPLORER), "p_win": 0.6, "payoff": 1.0, "stake": 0.1, "n": 50})
    assert value(answer, "kelly") == pytest.approx(0.2)  # p - q / b
    assert value(answer, "growth") == pytest.approx(0.6 * math.log(1.1) + 0.4 * math.log(0.9), rel=1e-12)
    assert value(answer, "below") == pytest.approx(0.8**3)  # a ** (2 / c - 1) at half Kelly
    full = kelly.answer({**defaults(kelly.EXPLORER), "p_win": 0.6, "payoff": 1.0, "stake": 0.2})
    assert value(full, "halved") == pytest.approx(0.5)  # at exact Kelly the exponent is 1
    narrow = kelly.answer({**defaults(kelly.EXPLORER), "p_win": 0.6, "payoff": 1.0, "stake": 0.1, "n": 5000})
    widths = [n.high - n.low for a in (answer, narrow) for n in a.numbers if n.name == "growth"]
    assert widths[1] < 0.15 * widths[0]  # a hundred times the trades: a tenth of the band


def test_kelly_of_a_log_is_the_estimate_and_without_an_edge_nothing_is_made_up():
    answer = kelly.answer({**defaults(kelly.EXPLORER), "trades": "sp500_trend"})
    assert value(answer, "kelly") == estimate.kelly_from_trades(data.load_trades("sp500_trend"), "risk").fraction == 0.0
    assert value(answer, "part") is None
    assert "not known" in answer.alt()
    with pytest.raises(ParameterError, match="stake must leave the account above 0"):
        kelly.answer({**defaults(kelly.EXPLORER), "stake": 1.0})


def test_chest_numbers_are_the_siphon_s():
    values = {**defaults(siphon.EXPLORER), "tiers": False, "rate": 0.3, "basis": "per_win", "paths": 300, "horizon": 50}
    answer = siphon.answer(values)
    log = data.load_trades("sp500_trend").sort_values("exit_time")
    world = siphons.scenarios(log, edge=0.15, costs=worlds.Costs(leverage=5.0))["the log with an edge"]
    rules = {"used": siphons.basic_siphon(0.1, 0.3, "per_win"), "none": siphons.basic_siphon(0.1, 0.0)}
    runs = siphons.sweep_siphons(rules, world, n_paths=300, horizon=50, rng=1)
    assert value(answer, "set_aside") == pytest.approx(runs["used"].set_aside.mean(), rel=1e-12)
    cost = siphons.growth_cost(runs["used"], runs["none"]).value
    assert value(answer, "given_up") == pytest.approx(cost, rel=1e-9)
    with pytest.raises(ParameterError, match="per_period needs a period"):
        siphon.answer({**values, "basis": "per_period"})


def test_a_stronger_trend_is_asked_of_fewer_bars():
    asked = [regimes.answer({**defaults(regimes.EXPLORER), "model": "rules", "strength": s}) for s in (0.5, 3.0)]
    made = [
        regimes._walk("sp500", 0, "rules", 3, 504, 63, estimate.regimes.LabelSettings(strength=s))
        .label_probability[600:, :2]
        .sum()
        for s in (0.5, 3.0)
    ]
    assert made[1] < 0.2 * made[0]
    assert value(asked[0], "turnover") != value(asked[1], "turnover")
    usual = regimes.answer({**defaults(regimes.EXPLORER), "model": "rules"})
    close = data.load_prices("sp500")["close"].pct_change().dropna()
    walk = estimate.regimes.walk_forward(close, "rules", 3, train=504, refit=63, rng=0)
    assert value(usual, "label") == str(walk.label[-1])


def test_sliders_are_shown_to_somebody_only():
    assert is_interactive(environment={"JPY_SESSION_NAME": "70.ipynb"})
    assert is_interactive(environment={"SERVER_SOFTWARE": "voila/0.5.13"})
    assert not is_interactive(environment={})
    assert not is_interactive(environment={"SERVER_SOFTWARE": "gunicorn"})
    assert not is_interactive(True, {"JPY_SESSION_NAME": "70.ipynb"})
    assert is_interactive(False, {})


def test_a_log_is_read_again_when_its_file_changes(tmp_path):
    log = data.load_trades("nasdaq_trend")
    log.to_csv(tmp_path / "own.csv", index=False)
    assert len(logs.trades_of(str(tmp_path / "own.csv"))) == len(log)
    log.iloc[:20].to_csv(tmp_path / "own.csv", index=False)
    assert len(logs.trades_of(str(tmp_path / "own.csv"))) == 20


def test_relative_names_are_meant_from_where_explore_was_called(tmp_path, monkeypatch):
    data.load_trades("nasdaq_trend").to_csv(tmp_path / "own.csv", index=False)
    monkeypatch.setenv(logs.HERE, str(tmp_path))
    assert len(logs.trades_of("own.csv")) > 10


def test_uploads_are_kept_below_the_user_s_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    kept = Path(logs.keep_upload("../../etc/own.csv", b"x"))
    assert kept == tmp_path / "nija_research" / "uploads" / "own.csv"
    assert kept.read_bytes() == b"x"


@pytest.mark.slow
def test_headless_there_is_the_figure_and_no_widget(explorer, tmp_path, monkeypatch):
    # Even when it is run from a page's own kernel.
    monkeypatch.setenv("JPY_SESSION_NAME", "somebody.ipynb")
    done = report.run_notebook(ROOT / "notebooks" / f"{explorer.notebook}.ipynb", {}, tmp_path)
    assert report.read_records(done) == explorer.answer(defaults(explorer)).values()
    executed = json.loads(done.read_text(encoding="utf-8"))
    kinds = {kind for c in executed["cells"] for o in c.get("outputs", ()) for kind in o.get("data", ())}
    assert "image/svg+xml" in kinds
    assert "application/vnd.jupyter.widget-view+json" not in kinds
    assert "widgets" not in executed["metadata"]
    from pypdf import PdfReader

    pdf = report.notebook_pdf(done)
    text = " ".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert "Figure 1" in text
    assert "INCOMPLETE" not in text


def test_no_notebook_holds_widget_state():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        assert "widgets" not in json.loads(path.read_text(encoding="utf-8"))["metadata"], path.name
