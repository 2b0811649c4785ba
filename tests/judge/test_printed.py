"""Printed code: run as printed, and kept away from the caller's own accounts."""

from __future__ import annotations

import ast

import pytest

from nija_research.engines import accounts, close_accounts, get_capital_engine
from nija_research.errors import ParameterError
from nija_research.judge import JudgeInputs
from nija_research.judge.checks import findings, form_of
from nija_research.judge.checks.exact import execute

START = """
from bot.capital_scaling_engine import CapitalScalingEngine as Engine, CapitalEngineConfig
config = CapitalEngineConfig(halt_threshold_pct=20.0)
engine = Engine(base_capital=10000.0, current_capital=12000.0, config=config)
"""


def judged(code, **form):
    (finding,) = findings("printed", {"C": form_of("printed", {"code": code, **form})}, JudgeInputs())
    return finding


def part(quantity, value, relation="="):
    return {"quantity": quantity, "relation": relation, "value": value, "name": quantity}


def test_code_that_runs_is_supported_by_its_parts_and_by_all_of_its_statements():
    finding = judged(
        START + "engine.record_profit(profit_amount=500.0)",
        then="state = engine.get_current_state()\nprint(f\"{state['drawdown_pct']:.2f}\")\nreport = engine.generate_report()",
        parts=[
            part("state_total_capital", 12500.0),
            part("state_protection_level", 0.0),
            part("state_halted", 0.0),
            part("lines", 1.0),
            part("report_lines", 15.0, ">="),
        ],
    )
    assert (finding.verdict, finding.found) == ("supported", 12500.0)
    assert finding.details[-1]["found"] == 7.0


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ("engine.record_profit(amount=500.0)", "TypeError"),
        ("engine.record_loss(loss_amount=100.0)", "ParameterError: loss_amount is written as 0 or a negative number"),
        ("price = balance", "NameError"),
        ("state = engine.get_current_state()\nx = state['total']", "KeyError"),
    ],
)
def test_code_that_fails_is_refuted_and_says_where(wrong, error):
    finding = judged(START + wrong, parts=[part("state_total_capital", 1.0)])
    assert finding.verdict == "refuted"
    assert finding.found == len(ast.parse(START + wrong).body) - 1
    assert error in finding.reason
    assert wrong.splitlines()[-1][:20] in finding.reason


def test_a_number_that_is_not_the_printed_one_is_refuted():
    finding = judged(START + "state = engine.get_current_state()", parts=[part("state_total_capital", 12001.0)])
    assert (finding.verdict, finding.found) == ("refuted", 12000.0)


def test_a_bot_is_answered_in_turn_and_its_calls_are_counted():
    code = "def trade(x):\n    got = order('BTC', x)\n    if got['pnl'] > 0:\n        return True\n    return False\n"
    finding = judged(
        code,
        then="a = trade(1.0)\nb = trade(2.0)\nc = trade(3.0)",
        stubs={"order": [{"pnl": 1.0}, {"pnl": -1.0}]},
        parts=[
            part("a", 1.0),
            part("b", 0.0),
            part("c", 0.0),  # the last answer stays
            part("order_2", 3.0),
        ],
    )
    assert finding.verdict == "supported", finding.reason


@pytest.mark.parametrize("code", ["x =", "(" * 500 + ")" * 500, "x = '\0'"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ParameterError, match="code is not Python"):
        form_of("printed", {"code": code})


def test_no_name_of_python_is_at_hand_but_print():
    for name in ("open", "eval", "exec", "getattr", "vars", "compile", "input"):
        assert "NameError" in execute(f"x = {name}", {}).fault
    assert execute("print('abc', 1)", {}).lines == ["abc 1"]


def test_endless_recursion_ends():
    assert "RecursionError" in execute("def f():\n    return f()\nf()", {}).fault


def test_the_callers_accounts_are_not_touched():
    close_accounts()
    mine = get_capital_engine(500.0)
    try:
        code = "from bot.capital_scaling_engine import get_capital_engine\nengine = get_capital_engine(base_capital=10000.0)\nengine.record_loss(-5000.0)"
        for _ in range(2):
            assert not execute(code, {}).fault, "each run opens accounts of its own"
        assert get_capital_engine().account is mine.account
        assert mine.account.equity == 500.0
        with pytest.raises(ParameterError), accounts.accounts_aside():
            get_capital_engine()  # nothing is open inside
        assert get_capital_engine().account is mine.account
    finally:
        close_accounts()


@pytest.mark.parametrize("quantity", ["none", "state_none", "state", "bot_1"])
def test_a_part_that_asks_for_what_is_not_there_is_refused(quantity):
    with pytest.raises(ParameterError, match=f"C: form: .*reads '{quantity}', which is not given"):
        judged(START + "state = engine.get_current_state()", stubs={"bot": [1.0]}, parts=[part(quantity, 1.0)])


def test_a_bot_that_never_answers_is_refused():
    with pytest.raises(ParameterError, match="stubs must answer"):
        form_of("printed", {"code": "x = 1", "stubs": {"f": []}})
