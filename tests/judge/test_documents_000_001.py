"""The statements of documents 000 and 001: what each comes to, and that its numbers are what decides."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from nija_research.judge import Evidence, judge_claims, load_register
from nija_research.judge.catalogue import catalogue, protection
from nija_research.judge.checks import findings, form_of
from nija_research.policy import DrawdownGuard, presets

REGISTER = load_register()
MINE = [claim for claim in REGISTER if claim.document in ("000", "001")]
DECIDED = {claim.id: claim for claim in MINE if claim.same_as is None and claim.check in ("formula", "rule", "printed")}
PARTS = [(name, k) for name, claim in DECIDED.items() for k in range(len(claim.form.get("parts", ())))]


def judged(claim, **changed):
    form = form_of(claim.check, {**claim.form, **changed})
    (finding,) = findings(claim.check, {claim.id: form}, Evidence())
    return finding


def test_every_statement_is_there_and_has_a_verdict():
    assert [c.id for c in MINE] == [f"S0-{n:02}" for n in range(1, 98)] + [f"S1-{n:02}" for n in range(1, 59)]
    alone = [c.id for c in MINE if c.check in ("formula", "rule", "printed", "missing")]  # comparisons have their tests
    found = {one.claim.id: one.finding for one in judge_claims(REGISTER, ids=alone)}
    assert len(found) >= 120
    for name, finding in found.items():
        assert finding.reason.endswith("."), name
        assert finding.found is not None or finding.verdict == "not testable", name


def test_document_001_repeats_document_000():
    for claim in MINE:
        if claim.document == "001":
            first = REGISTER[claim.same_as]
            assert (first.document, first.quote) == ("000", claim.quote)


#: What does not hold as printed. Everything else that is decided here does.
REFUTED = {
    "S0-05": 0.0,  # nothing measures the market
    "S0-16": 0.0,  # no detector
    "S0-18": 0.0,  # no parameter changes
    "S0-24": 1.0,  # losses in a row alone change nothing
    "S0-25": 5.0,  # points between NORMAL and CAUTION
}


@pytest.mark.parametrize("name", DECIDED)
def test_the_verdict(name):
    finding = judged(DECIDED[name])
    if name in REFUTED:
        assert (finding.verdict, finding.found) == ("refuted", REFUTED[name])
    else:
        assert finding.verdict == "supported", finding.reason


def _flipped(part, row):
    """A stated value with which this part of the finding turns over."""
    step = max(10.0 ** -(part.get("digits") if part.get("digits") is not None else 4), 1e-4 * abs(row["found"]))
    if not row["holds"]:
        return {"=": row["found"], ">": row["found"] - step, ">=": row["found"], "<": row["found"] + step}[
            part["relation"]
        ]
    return row["found"] + {"=": 2 * step, ">": step, ">=": step, "<": -step, "<=": -step}[part["relation"]]


@pytest.mark.parametrize(("name", "k"), PARTS, ids=[f"{name}.{k}" for name, k in PARTS])
def test_another_stated_number_turns_the_part_over(name, k):
    claim = DECIDED[name]
    parts = [dict(part) for part in claim.form["parts"]]
    before = judged(claim)
    parts[k]["value"] = _flipped(parts[k], before.details[k])
    after = judged(claim, parts=parts)
    assert after.details[k]["holds"] is not before.details[k]["holds"]
    if before.verdict == "supported":
        assert (after.verdict, after.found) == ("refuted", before.details[k]["found"])
    elif sum(not row["holds"] for row in before.details) == 1 and not before.details[k]["holds"]:
        assert after.verdict == "supported"


@pytest.mark.parametrize(
    ("name", "given", "verdict"),
    [
        ("S0-25", {"normal_until": 5.0, "caution_from": 5.0}, "supported"),
        ("S0-25", {"normal_until": 0.0, "caution_from": 0.0}, "supported"),
        ("S0-32", {"keep": 30.0}, "refuted"),
        ("S0-42", {"expected_return": 0.16}, "refuted"),
        ("S0-43", {"volatility": 0.0025}, "refuted"),
        ("S0-70", {"s": 0.9}, "refuted"),
    ],
)
def test_another_given_number_decides_otherwise(name, given, verdict):
    assert judged(DECIDED[name], given=given).verdict == verdict


@pytest.mark.parametrize("name", [name for name, claim in DECIDED.items() if claim.check == "printed"])
def test_printed_code_holds_the_quoted_words(name):
    claim = DECIDED[name]
    words = [re.sub(r"\s+", "", text) for text in (claim.quote, f"{claim.form['code']}\n")]
    assert words[0].replace(",)", ")") in words[1].replace(",)", ")")


@pytest.mark.parametrize("name", [name for name, claim in DECIDED.items() if claim.check == "printed"])
def test_printed_code_that_is_misspelt_is_refuted(name):
    claim = DECIDED[name]
    code = claim.form["code"].rstrip()
    finding = judged(claim, code=f"{code}\nbalance = misspelt_balance\n", then="", parts=[])
    assert finding.verdict == "refuted"
    assert "NameError" in finding.reason


def _written(value):
    whole = float(value).is_integer()
    return {
        f"{value:g}",
        f"{value:.2f}",
        f"{value:,.0f}" if whole else "",
        f"{value:.1f}",
        f"{int(value)}" if whole else "",
    }


@pytest.mark.parametrize("name", DECIDED)
def test_every_stated_number_stands_in_the_words(name):
    claim = DECIDED[name]
    numbers = set(re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", f"{claim.quote} {claim.says}".replace(", ", " ; ")))
    stated = [part["value"] for part in claim.form.get("parts", ())] + list(claim.form.get("given", {}).values())
    for value in stated:
        assert value in (0, 1) or _written(value) & numbers, f"{value} is not among {sorted(numbers)}"


# --- what the catalogue runs, against sums written out ----------------------------------------------------------------

BULL_EXAMPLE = 9500 * 0.05 * (0.30 / 0.25) * 1.2 * ((0.15 - 0.05) / 0.25 / 1.5)


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("capital_size()", (10_000 - 2_000) * 0.05),
        ("capital_size(current=12000.0)", (12_000 - 500 - 2_000) * 0.05),
        ("capital_size(-500.0)", (9_500 - 2_000) * 0.05 * 0.75),
        ("capital_size(-500.0, caution_position_multiplier=0.6)", (9_500 - 2_000) * 0.05 * 0.6),
        ("capital_size(-2000.0)", 0.0),
        ("capital_size(base_position_pct=0.10)", 8_000 * 0.10),
        ("capital('total_capital', 500.0, -100.0)", 10_400),
        ("capital('drawdown_pct', 500.0, -100.0)", 100 * 100 / 10_500),
        ("capital('preserved_profit', 100.0, times=7)", 0.25 * 700),
        ("capital('locked_profit', 6000.0)", 0.10 * 5_000),
        ("capital('protection_level', -1600.0)", 3),
        ("capital_setting('danger_threshold_pct')", 15),
        ("capital_setting('halt_threshold_pct', halt_threshold_pct=25.0)", 25),
        ("capital_refuses(reinvest_percentage=0.7, preserve_percentage=0.2)", 1),
        ("capital_refuses(-5.0)", 0),
        ("stake_growth(20, 0.5, enable_milestones=0)", (1 + 0.05 * 0.5 * 0.75) ** 20),
        ("auto_size(current=12000.0, regime='BULL_TRENDING')", BULL_EXAMPLE),
        ("auto_size(expected_return=0.05)", 0.0),
        ("auto_size(-500.0, enable_risk_adjustment=0)", 7_500 * 0.05 * 0.75 * 1.2),
        ("auto_setting('max_leverage')", 2),
        ("auto_refuses(volatility=25.0)", 1),
        ("auto_refuses(volatility=2.5)", 0),
        ("leverage(0.4)", 0.75),
        ("leverage(0.4, sensitivity=0.5)", 0.75**0.5),
        ("leverage(2.0)", 0.5),
        ("leverage(0.05)", 2),
        ("regime_share('CRISIS')", 0.3),
        ("regime_share('UNKNOWN')", 1),
        ("risk_share(0.2, 0.2)", 0.15 / 0.2 / 1.5),
        ("risk_share(2.0, 0.2)", 1.5),
        ("protection_level('HALT')", 4),
        ("protection_share(0.0499)", 1),
        ("protection_share(0.12)", 0.5),
        ("floor_stake(0.5)", 0.3),
        ("floor_stake(0.5, 0.1)", 0.03),
        ("floor_stake(0.1)", 0),
        ("recovery_level(0.16, 0.04)", 3),
        ("recovery_level(0.16, 0.04, 0.001, times=2)", 2),
        ("recovery_level(0.16, 0.04, 0.001, times=8)", 0),
        ("recovery_level(0.16, 0.11, 0.0001, times=20)", 2),
        ("recovery_level(0.25, 0.0, 0.001, times=50)", 4),
    ],
)
def test_the_catalogue_runs_the_rules(call, value):
    assert eval(call, dict(catalogue())) == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_settings_that_change_and_regimes_that_are_told_are_noticed(monkeypatch):
    from nija_research.engines import AutonomousScalingEngine, AutoScalingConfig, MarketRegime

    plain = AutonomousScalingEngine.record_loss

    def adaptive(self, loss_amount, *, when=None):
        plain(self, loss_amount, when=when)
        self.update_market_regime(MarketRegime.CRISIS)
        self._sizing = AutoScalingConfig(target_volatility=0.2).over(self.account.policy)

    monkeypatch.setattr(AutonomousScalingEngine, "record_loss", adaptive)
    assert catalogue()["regime_changes"](400.0, -300.0, times=3) == 1.0
    assert catalogue()["auto_changes"](400.0, -300.0, times=3) > 0.0
    for name in ("S0-05", "S0-16", "S0-18"):
        assert judged(DECIDED[name]).verdict == "supported", "an engine that adapts is not refuted"


def test_another_rule_of_ours_refutes_what_ours_supports(monkeypatch):
    other = replace(presets["document_000"], drawdown=DrawdownGuard(size=(0.80, 0.50, 0.25, 0.00)))
    monkeypatch.setattr(protection, "presets", {"document_000": other})
    finding = judged(DECIDED["S0-26"])
    assert (finding.verdict, finding.found) == ("refuted", pytest.approx(80.0))
    assert judged(DECIDED["S0-27"]).verdict == "supported"


def test_a_guard_that_counts_losses_would_support_the_losing_streak(monkeypatch):
    from nija_research.engines import CapitalScalingEngine

    plain = CapitalScalingEngine.get_optimal_position_size

    def streaky(self, available_balance):
        guarded = self.account.policy.drawdown is not None
        cut = 0.5 if guarded and self.get_current_state()["consecutive_losses"] >= 3 else 1.0
        return cut * plain(self, available_balance)

    monkeypatch.setattr(CapitalScalingEngine, "get_optimal_position_size", streaky)
    assert judged(DECIDED["S0-24"]).verdict == "supported"
