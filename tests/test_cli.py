"""The doors: what a user types, what comes back, and what wrong input leaves behind (nothing)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nija_research import cli

GOOD_TRADES = """symbol,side,quantity,entry_time,exit_time,entry_price,exit_price,fee,net_pnl
BTC,long,1,2026-11-02T10:00Z,2026-11-02T12:00Z,100,110,1,9
BTC,long,1,2026-11-03T10:00Z,2026-11-03T12:00Z,100,95,1,-6
"""
GOOD_PRICES = """date,open,high,low,close,volume
2026-11-02,100,111,99,110,5
2026-11-03,110,112,94,95,6
2026-11-04,95,99,90,97,6
"""


@pytest.fixture
def nija(monkeypatch, capsys):
    """Run the command line in this process; gives exit code, standard output and standard error."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["nija", *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as leaving:
            code = leaving.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


def change(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


TRADE_FILES = {
    "empty file": ("", ["bad.csv"]),
    "no useful column": ("a,b\n1,2\n", ["bad.csv"]),
    "a word for a number": (change(GOOD_TRADES, ",9\n", ",nine\n"), ["row 2", "net_pnl", "nine"]),
    "NaN": (change(GOOD_TRADES, ",-6\n", ",NaN\n"), ["row 3", "net_pnl"]),
    "no such date": (change(GOOD_TRADES, "2026-11-02T12:00Z", "2026-13-02T12:00Z"), ["row 2", "exit_time"]),
    "leaves before it enters": (change(GOOD_TRADES, "2026-11-03T12:00Z", "2026-11-01T12:00Z"), ["row 3", "exit_time"]),
    "negative quantity": (change(GOOD_TRADES, "long,1,2026-11-03", "long,-1,2026-11-03"), ["row 3", "quantity"]),
    "price of zero": (change(GOOD_TRADES, "100,110", "0,110"), ["row 2", "entry_price"]),
    "unknown side": (change(GOOD_TRADES, "long", "sideways"), ["row 2", "side", "sideways"]),
    "money that does not add up": (
        "exit_time,stake,fee,gross_pnl,net_pnl\n2026-11-02T12:00Z,100,1,10,90\n",
        ["row 2", "net_pnl"],
    ),
    "day or month first": (
        GOOD_TRADES.replace("2026-11-02T", "02/11/2026 ").replace("2026-11-03T", "03/11/2026 ").replace("Z", ""),
        ["day"],
    ),
    "header only": ("exit_time,return\n", ["bad.csv", "no closed trade"]),
    "binary": ("\x00\x01\x02PNG\x00", ["bad.csv"]),
}
PRICE_FILES = {
    "high below low": (change(GOOD_PRICES, "112,94", "92,94"), ["row 3", "high"]),
    "twice the same day": (change(GOOD_PRICES, "2026-11-04", "2026-11-03"), ["2026-11-03"]),
    "negative price": (change(GOOD_PRICES, ",97,", ",-97,"), ["row 4", "close"]),
    "no close": (change(GOOD_PRICES, "close", "settle"), ["close"]),
}


def refused(found, words, *, codes=(2,)):
    code, out, err = found
    assert code in codes, (code, out, err)
    assert err.startswith("nija: "), err
    assert len(err.strip().splitlines()) == 1, err
    assert "Traceback" not in err
    for word in words:
        assert word in err, (word, err)


@pytest.mark.parametrize("name", TRADE_FILES)
def test_bad_trade_logs_are_refused_before_anything_is_written(nija, tmp_path, name):
    text, words = TRADE_FILES[name]
    bad = tmp_path / "bad.csv"
    bad.write_text(text, encoding="utf-8")
    refused(nija("report", "--trades", bad, "--week", "2026-W47", "--out", tmp_path / "out"), words)
    if name != "header only":  # an empty table is a table, but no report
        refused(nija("data", "import", bad, "--out", tmp_path / "out.parquet"), words)
    assert [p.name for p in tmp_path.iterdir()] == ["bad.csv"]


@pytest.mark.parametrize("name", PRICE_FILES)
def test_bad_prices_are_refused_before_anything_is_written(nija, tmp_path, name):
    text, words = PRICE_FILES[name]
    bad = tmp_path / "bad.csv"
    bad.write_text(text, encoding="utf-8")
    refused(nija("report", "--prices", bad, "--week", "2026-W47", "--out", tmp_path / "out"), words)
    code, _, err = nija("data", "check", bad)
    assert code == 2
    assert all(word in err for word in words)
    assert [p.name for p in tmp_path.iterdir()] == ["bad.csv"]


REPORT_ARGUMENTS = {
    "no such file": (["--trades", "nowhere.csv"], ["nowhere.csv"]),
    "a folder for a file": (["--trades", "."], ["."]),
    "week without W": (["--week", "2026-47"], ["2026-47", "2026-W47"]),
    "week 60": (["--week", "2026-W60"], ["2026-W60"]),
    "unknown parameter": (["-p", "levle=0.9"], ["levle", "level"]),
    "text for a number": (["-p", "level=high"], ["level", "high"]),
    "bool for a number": (["-p", "seed=true"], ["seed"]),
    "share out of range": (["-p", "level"], ["NAME=VALUE"]),
    "no jobs": (["--jobs", "0"], ["jobs"]),
    "no such plan": (["--plan", "nowhere.toml"], ["nowhere.toml"]),
    "no such named plan": (["monthly"], ["monthly"]),
}


@pytest.mark.parametrize("name", REPORT_ARGUMENTS)
def test_wrong_arguments_of_a_report(nija, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    arguments, words = REPORT_ARGUMENTS[name]
    refused(nija("report", *arguments, "--out", tmp_path / "out"), words)
    assert list(tmp_path.iterdir()) == []


PLANS = {
    "syntax": ("title = \n", ["plan.toml", "line 1"]),
    "unknown key": ('title = "x"\nsummray = "y"\n[[notebook]]\npath = "20_kelly_fraction"\n', ["summray"]),
    "no notebook": ('title = "x"\n', ["notebook"]),
    "unknown notebook": (
        'title = "x"\nsummary = "90_weekly_report"\n[[notebook]]\npath = "20_kelly_faction"\n',
        ["20_kelly_faction"],
    ),
    "wrong type": ("title = 5\n[[notebook]]\npath = 3\n", ["title"]),
    "same notebook twice": (
        'title = "x"\nsummary = "90_weekly_report"\n[[notebook]]\npath = "20_kelly_fraction"\n[[notebook]]\npath = "20_kelly_fraction"\n',
        ["20_kelly_fraction"],
    ),
    "parameter nobody has": (
        'title = "x"\nsummary = "90_weekly_report"\n[parameters]\nlevle = 0.9\n[[notebook]]\npath = "20_kelly_fraction"\n',
        ["levle"],
    ),
    "ill-typed parameter": (
        'title = "x"\nsummary = "90_weekly_report"\n[[notebook]]\npath = "20_kelly_fraction"\nparameters = {draws = 0.5}\n',
        ["draws"],
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_bad_plans_are_refused(nija, tmp_path, name):
    text, words = PLANS[name]
    plan = tmp_path / "plan.toml"
    plan.write_text(text, encoding="utf-8")
    refused(nija("report", "--plan", plan, "--week", "2026-W47", "--out", tmp_path / "out"), words)
    assert [p.name for p in tmp_path.iterdir()] == ["plan.toml"]


def test_an_output_that_cannot_be_written(nija, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    refused(nija("report", "--week", "2026-W47", "--out", taken), ["taken"], codes=(1, 2))
    refused(nija("report", "--week", "2026-W47", "--out", taken / "deeper"), ["taken"], codes=(1, 2))
    assert taken.read_text(encoding="utf-8") == "mine"
    refused(nija("data", "sample", "--out", taken), ["taken"], codes=(1, 2))


RUNS = {
    "no such notebook": (["run", "nowhere"], ["nowhere", "20_kelly_fraction"]),
    "not a notebook": (["run", "plain.ipynb"], ["plain.ipynb"]),
    "unknown parameter": (["run", "20_kelly_fraction", "-p", "drwas=5"], ["drwas", "draws"]),
    "ill-typed": (["run", "20_kelly_fraction", "-p", "draws=2.5"], ["draws"]),
    "not YAML": (["run", "20_kelly_fraction", "-f", "bad.yaml"], ["bad.yaml"]),
    "YAML of a list": (["run", "20_kelly_fraction", "-f", "list.yaml"], ["list.yaml"]),
    "no such YAML": (["run", "20_kelly_fraction", "-f", "nowhere.yaml"], ["nowhere.yaml"]),
    "params of nothing": (["params", "nowhere"], ["nowhere"]),
    "column without sign": (["data", "import", "good.csv", "--out", "x.csv", "--column", "pnl"], ["NAME=COLUMN"]),
    "no such column": (["data", "import", "good.csv", "--out", "x.csv", "--column", "net_pnl=gain"], ["gain"]),
    "unknown format": (["data", "import", "good.csv", "--out", "x.csv", "--format", "excel"], ["excel"]),
    "unknown ending": (["data", "import", "good.csv", "--out", "x.docx"], ["x.docx"]),
    "onto itself": (["data", "import", "good.csv", "--out", "good.csv"], ["good.csv", "another place"]),
    "no such claim": (["claims", "--id", "S9-99"], ["claims.toml", "S9-99"]),
    "a claim as an argument": (["claims", "S3-62"], ["S3-62", "--id"]),
    "no such kind": (["claims", "--kind", "rumour"], ["rumour", "arithmetic"]),
    "no such register": (["claims", "--register", "nowhere.toml"], ["nowhere.toml"]),
    "not a register": (["claims", "--register", "bad.yaml"], ["bad.yaml", "not TOML"]),
    "a level in percent": (["claims", "--level", "95"], ["level", "95"]),
    "a log that is not there": (["claims", "--trades", "nowhere.csv"], ["nowhere.csv"]),
    "unknown zone": (["data", "import", "good.csv", "--out", "x.csv", "--timezone", "Mars/Base"], ["Mars/Base"]),
}


@pytest.mark.parametrize("name", RUNS)
def test_wrong_arguments_of_the_other_commands(nija, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.ipynb").write_text("not json", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("a: [1\n", encoding="utf-8")
    (tmp_path / "list.yaml").write_text("- 1\n", encoding="utf-8")
    (tmp_path / "good.csv").write_text(GOOD_TRADES, encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    arguments, words = RUNS[name]
    refused(nija(*arguments), words)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("arguments", [("report", "--no-such-option"), ("no-such-command",)])
def test_unknown_options_and_commands_are_exit_code_2(arguments):
    # In a process of its own: rich draws its error panel with a link id from Python's global random numbers.
    done = subprocess.run(
        [sys.executable, "-m", "nija_research", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert arguments[-1] in done.stderr
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback(nija):
    from nija_research.errors import NijaError

    with pytest.raises(NijaError):
        nija("--debug", "params", "nowhere")


def test_a_clock_that_is_none(nija, monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    refused(nija("report", "--out", tmp_path / "out"), ["SOURCE_DATE_EPOCH", "yesterday"])


@pytest.mark.parametrize(
    "arguments", [[], ["report"], ["run"], ["params"], ["claims"], ["data", "check"], ["data", "import"]]
)
def test_every_command_has_help(arguments):
    # In a process of its own, for the same reason as above.
    done = subprocess.run(
        [sys.executable, "-m", "nija_research", *arguments, "--help"], capture_output=True, text=True, check=True
    )
    assert "Usage" in done.stdout


def test_params_lists_name_type_default_and_meaning(nija):
    code, out, _ = nija("params", "20_kelly_fraction")
    assert code == 0
    line = next(line for line in out.splitlines() if line.startswith("level"))
    assert line.split()[:3] == ["level", "float", "0.95"]
    assert "intervals" in line


def test_claims_are_judged_and_the_exit_code_is_0_whatever_the_verdicts(nija):
    code, out, _ = nija("claims", "--id", "S3-61", "S3-62")
    assert code == 0
    assert "25,949.27 USD, not 11,390 USD" in out
    assert out.splitlines()[-1] == "2 claims: 1 supported, 1 refuted, 0 inconclusive, 0 not testable."


def test_claims_for_machines(nija):
    _, out, _ = nija("claims", "--json", "--kind", "arithmetic", "--id", "S3-62")
    (one,) = json.loads(out)
    assert list(one)[:9] == ["id", "kind", "verdict", "stated", "found", "low", "high", "reason", "years_needed"]
    assert (one["id"], one["verdict"]) == ("S3-62", "refuted")
    assert one["found"] == pytest.approx(200 * 1.5**12, rel=1e-15)


def test_claims_of_ones_own(nija, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[documents]\nme = "My plan"\n[[claim]]\nid = "M-1"\ndocument = "me"\nquote = "ten a week make 520"\n'
        'kind = "arithmetic"\nsays = "Ten a week are 520 a year."\ncheck = "formula"\n[claim.form]\n'
        'given = { weekly = 10 }\nparts = [{ quantity = "52 * weekly", relation = "=", value = 520 }]\n',
        encoding="utf-8",
    )
    _, out, _ = nija("claims", "--register", mine)
    assert "1 claim: 1 supported" in out
    mine.write_text(mine.read_text(encoding="utf-8").replace("= 520 }", '= "520" }'), encoding="utf-8")
    refused(nija("claims", "--register", mine), ["mine.toml", "M-1", "parts.0.value", "520"])


def test_check_says_what_a_file_holds(nija, tmp_path):
    good = tmp_path / "good.csv"
    good.write_text(GOOD_TRADES, encoding="utf-8")
    code, out, _ = nija("data", "check", good)
    assert code == 0
    assert "good.csv" in out
    assert "2" in out


def test_import_writes_the_canonical_table(nija, tmp_path):
    import pandas as pd

    good = tmp_path / "good.csv"
    good.write_text(GOOD_TRADES, encoding="utf-8")
    code, out, _ = nija("data", "import", good, "--out", tmp_path / "trades.parquet")
    assert code == 0
    table = pd.read_parquet(tmp_path / "trades.parquet")
    # (110 - 100) x 1 - 1 = 9 on a stake of 100, and (95 - 100) x 1 - 1 = -6.
    assert table["net_pnl"].tolist() == [9.0, -6.0]
    assert table["return"].tolist() == pytest.approx([0.09, -0.06])
    assert "trades.parquet" in out


def test_rejected_rows_keep_their_line_and_reason(nija, tmp_path):
    import pandas as pd

    (tmp_path / "log.csv").write_text(change(GOOD_TRADES, ",9\n", ",nine\n"), encoding="utf-8")
    out, rejects = tmp_path / "trades.csv", tmp_path / "rejects.csv"
    code, said, _ = nija("data", "import", tmp_path / "log.csv", "--out", out, "--rejects", rejects)
    assert code == 0
    assert "1 trades" in said
    assert "1 rows rejected" in said
    assert pd.read_csv(out)["net_pnl"].tolist() == [-6.0]
    row = pd.read_csv(rejects).iloc[0]
    assert row["line"] == 2
    assert "nine" in row["reason"]
    assert row["net_pnl"] == "nine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.csv", "rejects.csv", "trades.csv"]


@pytest.mark.slow
def test_run_executes_one_notebook_with_the_parameters_given(nija, tmp_path):
    (tmp_path / "p.yaml").write_text("draws: 150\nlevel: 0.9\n", encoding="utf-8")
    code, out, err = nija(
        "run", "20_kelly_fraction", "-f", tmp_path / "p.yaml", "-p", "draws=200", "--out", tmp_path / "out", "--pdf"
    )
    assert code == 0, err
    made = Path(out.strip().splitlines()[-1])
    assert made.read_bytes().startswith(b"%PDF")
    text = next((tmp_path / "out").glob("*.ipynb")).read_text(encoding="utf-8")
    assert "draws = 200" in text
    assert "level = 0.9" in "".join("".join(c["source"]) for c in json.loads(text)["cells"])


def test_python_dash_m_is_nija():
    done = subprocess.run(
        [sys.executable, "-m", "nija_research", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("nija_research ")
