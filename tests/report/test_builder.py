"""Building a report: whole or not at all, again only what has changed."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from pathlib import Path

import pypdf
import pytest

from nija_research import report
from nija_research.errors import NijaError, NotebookError, ParameterError, WorkError

from .conftest import CLOCK, suite_of

WEEK = "2026-W47"


def tree(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()
    }


@pytest.fixture
def out(built, tmp_path):
    shutil.copytree(built.parent.parent, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def no_kernels(monkeypatch):
    def refuse(**_):
        raise AssertionError("a kernel was asked for")

    monkeypatch.setattr("nija_research.report.tasks.Kernels", refuse)


def test_what_a_build_leaves(built):
    assert sorted(tree(built.parent)) == [
        "manifest.json",
        "notebooks/20_sizes.ipynb",
        "notebooks/30_drawdown.ipynb",
        "notebooks/90_week.ipynb",
        "report.pdf",
    ]
    assert [p.name for p in built.parent.parent.iterdir()] == [WEEK]
    content = json.loads((built.parent / "manifest.json").read_text())
    assert content["status"] == "complete"
    assert content["seed"] == 7
    assert content["clock"] == "2026-11-20T12:00:00+00:00"
    assert content["data"][0]["name"] == "sp500_trend_trades.csv"
    assert content["notebooks"]["30_drawdown"]["parameters"] == {"n_paths": 3, "fails": False, "trades": "sp500_trend"}
    assert content["pdf_sha256"] == hashlib.sha256(built.read_bytes()).hexdigest()
    assert report.read_records(built.parent / "notebooks") == {
        "20_sizes": {"kelly": 0.25, "n": 80, "seed": 7, "first_exit": "2018-01-02", "last_exit": "2018-03-26"},
        "30_drawdown": {"n_paths": 3, "fails": False},
        "90_week": {"chapters": ["20_sizes", "30_drawdown"]},
    }


def test_again_from_nothing_gives_the_same_bytes(built, plan_file, tmp_path):
    again = report.build(report.load_plan(plan_file), week=WEEK, out=tmp_path / "o", clock=CLOCK, jobs=1)
    assert again.read_bytes() == built.read_bytes()
    first, second = tree(built.parent), tree(again.parent)
    assert {k: v for k, v in first.items() if k != "manifest.json"} == {
        k: v for k, v in second.items() if k != "manifest.json"
    }


def test_nothing_changed_nothing_done(plan_file, out, no_kernels):
    before = tree(out)
    report.build(report.load_plan(plan_file), week=WEEK, out=out)
    assert tree(out) == before


def test_a_damaged_pdf_is_made_again_without_running(plan_file, out, built, no_kernels):
    (out / WEEK / "report.pdf").write_bytes(b"")
    report.build(report.load_plan(plan_file), week=WEEK, out=out, clock=CLOCK)
    assert (out / WEEK / "report.pdf").read_bytes() == built.read_bytes()


def test_only_what_changed_is_run_again_and_a_failure_replaces_nothing(plan_file, out):
    before = tree(out)
    said: list[str] = []
    with pytest.raises(report.IncompleteReportError) as caught:
        report.build(
            report.load_plan(plan_file),
            week=WEEK,
            out=out,
            parameters=["fails=true"],
            clock=CLOCK,
            progress=said.append,
        )
    fault = caught.value
    assert fault.exit_code == 1
    assert "30_drawdown, cell 3: ValueError: ladder of 3 paths is empty." in str(fault)
    assert fault.path == out / f"{WEEK}-failed" / "report.pdf"
    assert {k: v for k, v in tree(out).items() if k.startswith(f"{WEEK}/")} == before
    content = json.loads((fault.path.parent / "manifest.json").read_text())
    assert {n: e["status"] for n, e in content["notebooks"].items()} == {
        "20_sizes": "reused",
        "30_drawdown": "failed",
        "90_week": "done",
    }
    text = [p.extract_text() for p in pypdf.PdfReader(fault.path).pages]
    assert "INCOMPLETE" in text[0]
    assert "30_drawdown" in text[0]
    assert all(word in text[-1] for word in ("did not run", "ValueError", "ladder of 3 paths is empty", "Drawdown"))
    assert "1 chapters" in text[1]
    assert not any("running 20_sizes" in line for line in said)
    report.build(report.load_plan(plan_file), week=WEEK, out=out)  # unchanged: the complete report stands
    assert tree(out / WEEK) == {k.removeprefix(f"{WEEK}/"): v for k, v in before.items()}


@pytest.mark.parametrize("week", ["2026-W60", "2025-W53", "2026-47", "W47", "", "2026-W00", None])
def test_weeks_that_do_not_exist(plan_file, tmp_path, week):
    with pytest.raises(ParameterError, match="ISO week such as 2026-W47"):
        report.build(report.load_plan(plan_file), week=week, out=tmp_path / "o")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"parameters": {"nope": 1}}, NotebookError, "no notebook declares the parameter 'nope'"),
        ({"parameters": ["n_path=1"]}, ParameterError, "unknown parameter 'n_path' Did you mean n_paths"),
        (
            {"parameters": {"n_paths": True, "seed": "x"}},
            ParameterError,
            "20_sizes: seed must be int.*30_drawdown: n_paths must be int",
        ),
        ({"parameters": {"week": "2026-W01"}}, ParameterError, "set by the report itself"),
        ({"trades": "absent.csv"}, ParameterError, "trades: absent.csv: no such file, nor a bundled name"),
        ({"trades": "."}, ParameterError, "is a folder"),
        ({"prices": "sp500"}, NotebookError, "no notebook declares the parameter 'prices'"),
        ({"trades": "sp500", "parameters": {"trades": "nasdaq"}}, ParameterError, "given twice"),
        ({"jobs": 0}, ParameterError, "jobs must be"),
    ],
)
def test_refused_before_anything_runs(plan_file, tmp_path, no_kernels, options, error, words):
    with pytest.raises(error, match=words):
        report.build(report.load_plan(plan_file), week=WEEK, out=tmp_path / "o", **options)
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_take_a_report(plan_file, tmp_path, no_kernels):
    plan = report.load_plan(plan_file)
    (tmp_path / "file").write_text("x")
    (tmp_path / "taken" / WEEK).mkdir(parents=True)
    (tmp_path / "taken" / WEEK / "mine.txt").write_text("x")
    for place, words in (
        ("file", "cannot be written"),
        ("file/sub", "cannot be written"),
        ("taken", "is not a report"),
    ):
        with pytest.raises(WorkError, match=words):
            report.build(plan, week=WEEK, out=tmp_path / place)
    assert sorted(tree(tmp_path)) == ["file", f"taken/{WEEK}/mine.txt"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_interrupted_build_leaves_nothing(plan_file, tmp_path, monkeypatch, fault):
    def stop(*_, **__):
        raise fault

    monkeypatch.setattr("nija_research.report.tasks.wait", stop)
    with pytest.raises(KeyboardInterrupt if isinstance(fault, KeyboardInterrupt) else WorkError):
        report.build(report.load_plan(plan_file), week=WEEK, out=tmp_path / "new" / "o")
    assert list(tmp_path.iterdir()) == []
    assert not [t.name for t in threading.enumerate() if t.name.startswith("notebook")]


def test_a_key_sees_data_and_source(tmp_path):
    from nija_research.report.tasks import bind_plan

    plan = report.load_plan(suite_of(tmp_path / "s"))
    data = tmp_path / "t.csv"

    def keys():
        return {t.name: t.key for t in bind_plan(plan, week=WEEK, trades=data)}

    data.write_text("a")
    first = keys()
    data.write_text("b")
    second = keys()
    assert {n for n in first if first[n] != second[n]} == {"30_drawdown", "90_week"}
    (tmp_path / "s" / "20_sizes.ipynb").write_text(
        (tmp_path / "s" / "20_sizes.ipynb").read_text().replace("Eighty", "80")
    )
    assert {n for n in second if second[n] != keys()[n]} == {"20_sizes", "90_week"}


def test_long_notebooks_are_begun_first_and_the_summary_last(tmp_path, monkeypatch):
    from nija_research.report import tasks as running
    from nija_research.report.tasks import Task

    begun = []

    def one(task, *_):
        begun.append(task.name)
        return running.Outcome("done")

    monkeypatch.setattr(running, "_run_task", one)
    named = {"10_a": False, "20_b": True, "30_c": False, "40_d": True, "90_week": False}
    tasks = [
        Task(path=tmp_path / f"{name}.ipynb", given={}, readable={}, hidden={}, key=name, long=long)
        for name, long in named.items()
    ]
    done = running.run_plan(tasks, tmp_path, [], 1, 60.0, lambda text: None)
    assert begun == ["20_b", "40_d", "10_a", "30_c", "90_week"]
    assert list(done) == list(named), "results in the order of the plan"


def test_errors_survive_a_trip_between_processes(tmp_path):
    import pickle

    for fault in (
        report.IncompleteReportError(tmp_path, {"a": "a failed."}),
        report.NotebookFailedError("a", 1, "E", "m"),
    ):
        again = pickle.loads(pickle.dumps(fault))
        assert isinstance(again, NijaError)
        assert str(again) == str(fault)


def test_a_chapter_that_asks_is_given_its_last_run(tmp_path):
    """The newest complete report of an earlier week, and none where there is none; a repeat does nothing."""
    from .conftest import notebook

    notebook(
        tmp_path / "suite" / "65_mine.ipynb",
        "# Claims",
        'previous: str = ""  # file, the last run of this chapter\nweek: str = ""  # ISO week',
        "from nija_research import report\n"
        "before = report.read_records(previous) if previous else {}\n"
        'report.record(mine=week, before=before.get("mine"))',
    )
    notebook(tmp_path / "suite" / "90_week.ipynb", "# Summary", 'records: str = ""  # folder', "print(records)")
    plan = tmp_path / "suite" / "weekly.toml"
    plan.write_text('title = "T"\nauthor = "A"\nsummary = "90_week"\n[[notebook]]\npath = "65_mine"\n')
    out, plan = tmp_path / "out", report.load_plan(plan)
    built = {week: report.build(plan, week=week, out=out, clock=CLOCK) for week in ("2026-W46", "2026-W48", "2026-W49")}
    found = {week: report.read_records(pdf.parent / "notebooks")["65_mine"] for week, pdf in built.items()}
    assert [found[week]["before"] for week in built] == [None, "2026-W46", "2026-W48"]
    manifest = json.loads((out / "2026-W48" / "manifest.json").read_text())
    manifest["status"] = "incomplete"
    (out / "2026-W48" / "manifest.json").write_text(json.dumps(manifest))
    report.build(plan, week="2026-W49", out=out, clock=CLOCK)
    assert report.read_records(out / "2026-W49" / "notebooks")["65_mine"]["before"] == "2026-W46"
    whole = (out / "2026-W49" / "notebooks" / "65_mine.ipynb").read_text()
    assert str(tmp_path) not in whole
    before = tree(out)
    report.build(plan, week="2026-W49", out=out, clock=CLOCK)
    assert tree(out) == before
    with pytest.raises(ParameterError, match="'previous' is set by the report itself"):
        report.build(plan, week="2026-W49", out=out, parameters={"previous": "x"})
