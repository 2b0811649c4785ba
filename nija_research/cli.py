"""
The doors: ``nija report | run | params | claims | explore | data``.

Every command reads its arguments, calls one function of a floor below and prints the answer. Floors are
imported inside the commands, so that ``nija --help`` opens at once. Exit codes: 0 done, 1 the work failed,
2 wrong input.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nija_research import __version__
from nija_research.errors import NijaError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["app", "main"]

app = typer.Typer(
    name="nija",
    help="How much of the account to stake, what that does to it, and which promises hold. Not advice; nothing here "
    "talks to an exchange.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
data_app = typer.Typer(no_args_is_help=True, help="Check, import and regenerate data files.")
app.add_typer(data_app, name="data")

Assign = Annotated[
    list[str] | None,
    typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Set a notebook parameter; repeatable."),
]


def main() -> None:
    """Run ``nija``; turn the suite's own errors into one line and an exit code."""
    debug = "--debug" in sys.argv[1:]
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    try:
        app(args=arguments, prog_name="nija", standalone_mode=True)
    except NijaError as error:
        if debug:
            raise
        typer.echo(f"nija: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("nija: stopped; nothing was written.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe has gone (`nija params x | head`): not a fault of ours, nothing left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"nija_research {__version__}")
        raise typer.Exit


@app.callback()
def _nija(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None: ...


@app.command()
def report(
    name: Annotated[str, typer.Argument(help="Which plan of reports/: only 'weekly' ships.")] = "weekly",
    plan: Annotated[Path | None, typer.Option(help="A plan file of your own instead.")] = None,
    trades: Annotated[str | None, typer.Option(help="Trade log: a CSV or Parquet file, or a bundled name.")] = None,
    prices: Annotated[str | None, typer.Option(help="Prices: CSV, Parquet or Feather, or a bundled name.")] = None,
    week: Annotated[str | None, typer.Option(help="ISO week, as 2026-W47; this week unless given.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the week's folder.")] = Path("reports"),
    parameter: Assign = None,
    jobs: Annotated[int, typer.Option(help="Notebooks run at a time.")] = 2,
    force: Annotated[bool, typer.Option("--force", help="Run again what has not changed.")] = False,
) -> None:
    """Run the weekly notebooks and bind them into one PDF; prints its path last."""
    from nija_research import report as floor
    from nija_research.places import suite

    path = plan if plan is not None else suite() / "reports" / f"{name}.toml"
    clock = _clock()
    pdf = _with_progress(
        lambda progress: floor.build(
            floor.load_plan(path),
            week=week or clock.strftime("%G-W%V"),
            out=out,
            trades=trades,
            prices=prices,
            parameters=list(parameter or []),
            jobs=jobs,
            clock=clock,
            progress=progress,
            force=force,
        )
    )
    typer.echo(str(pdf))


@app.command()
def run(
    notebook: Annotated[str, typer.Argument(help="A notebook file, or the name of one of the suite's.")],
    parameter: Assign = None,
    file: Annotated[Path | None, typer.Option("-f", "--file", help="YAML file of parameters; -p wins over it.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the executed notebook.")] = Path("."),
    pdf: Annotated[bool, typer.Option("--pdf", help="Make a PDF of it too.")] = False,
) -> None:
    """Run one notebook with checked parameters; prints the path of what it made last."""
    from nija_research import report as floor

    path = _notebook(notebook)
    declared = floor.notebook_parameters(path)
    given = {**_from_yaml(file), **floor.parse_assignment(parameter or [], declared)}
    executed = _with_progress(lambda progress: floor.run_notebook(path, given, out, progress=progress))
    typer.echo(str(floor.notebook_pdf(executed, clock=_clock()) if pdf else executed))


@app.command()
def params(
    notebook: Annotated[str, typer.Argument(help="A notebook file, or the name of one of the suite's.")],
) -> None:
    """List the parameters of a notebook: name, type, default, meaning."""
    from nija_research import report as floor

    rows = [(p.name, p.type, repr(p.default), p.meaning) for p in floor.notebook_parameters(_notebook(notebook))]
    _print_table(("name", "type", "default", "meaning"), rows)


@app.command()
def claims(
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects for machines, numbers unrounded.")] = False,
    ids: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="ID ...", help="Only these claims, as --id S3-61 S3-62; repeatable."),
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    kind: Annotated[str | None, typer.Option(help="Only claims of this kind, such as arithmetic.")] = None,
    register: Annotated[Path | None, typer.Option(help="A register of your own; the suite's unless given.")] = None,
    trades: Annotated[str | None, typer.Option(help="Trade log that claims about trades are judged on.")] = None,
    prices: Annotated[str | None, typer.Option(help="Daily prices that policies are compared on.")] = None,
    level: Annotated[float, typer.Option(help="Confidence level of the intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(help="Seed of whatever is drawn.")] = 1,
) -> None:
    """Judge the claims of a register, each by a number; exit code 0 whatever the verdicts."""
    from nija_research import data, judge

    if more and not ids:
        raise ParameterError(f"claims takes no argument {more[0]!r}. Write --id {' '.join(more)} for some claims.")
    inputs = judge.JudgeInputs(
        trades=None if trades is None else data.load_trades(trades),
        prices=None if prices is None else data.load_prices(prices),
        level=level,
        rng=seed,
    )
    wanted = [*ids, *(more or [])] if ids else None
    judged = _with_progress(
        lambda progress: judge.judge_claims(
            judge.load_register(register), ids=wanted, kind=kind, inputs=inputs, progress=progress
        )
    )
    if as_json:
        typer.echo(json.dumps([one.to_dict() for one in judged], indent=1, ensure_ascii=False))
        return
    rows = [(o.claim.id, o.finding.verdict, o.finding.stated, *o.texts(), o.finding.reason) for o in judged]
    _print_table(("id", "verdict", "stated", "found", "interval", "why"), rows)
    counts = ", ".join(f"{n} {verdict}" for verdict, n in judged.summary().items())
    typer.echo(f"{len(judged)} {'claim' if len(judged) == 1 else 'claims'}: {counts}.")


@app.command()
def explore(
    notebook: Annotated[
        str | None, typer.Argument(help="A notebook file, or the name of one of the suite's; all of them unless given.")
    ] = None,
    voila: Annotated[bool, typer.Option("--voila", help="As an app without code.")] = False,
    port: Annotated[int, typer.Option(help="Where to listen, on this machine only.")] = 8877,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser at it.")] = True,
) -> None:
    """Open the notebooks in JupyterLab, or as an app, with sliders (extra `explore`)."""
    from nija_research import explore as floor

    path = None if notebook is None else _notebook(notebook)
    raise typer.Exit(floor.serve(path, voila=voila, port=port, browser=browser))


@data_app.command("check")
def data_check(file: Annotated[str, typer.Argument(help="Trade log or price file.")]) -> None:
    """Say what a file holds and every fault in it; exit code 2 if there is one."""
    from nija_research import data
    from nija_research.data.files import raise_if

    checked = data.check_file(file)
    _print_table(("item", "value"), [(str(row.item), str(row.value)) for row in checked.table().itertuples()])
    raise_if(checked.faults, checked.name)


@data_app.command("import")
def data_import(
    file: Annotated[Path, typer.Argument(help="Trade log as exported.")],
    out: Annotated[Path, typer.Option(help="The canonical table: .parquet or .csv.")],
    format: Annotated[str, typer.Option(help="auto, plain or canonical.")] = "auto",  # noqa: A002
    rejects: Annotated[
        Path | None, typer.Option(help="CSV file for rows that cannot be read; without it one bad row refuses all.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="NAME=COLUMN", help="Which column holds what; repeatable.")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Zone of stamps without one, as Europe/Zurich.")] = None,
    day_first: Annotated[bool | None, typer.Option(help="Whether 03/04 is the third of April.")] = None,
    percent: Annotated[bool | None, typer.Option(help="Whether returns are in percent.")] = None,
    net: Annotated[bool | None, typer.Option(help="Whether the P&L is after fees.")] = None,
) -> None:
    """Turn a trade log into the canonical table."""
    from nija_research import data

    columns = dict(_pair(text) for text in column or [])
    options: dict[str, Any] = {"timezone": timezone, "day_first": day_first, "percent": percent, "net": net}
    written, rejected = data.import_trades(
        file, out, rejects=rejects, format=format, columns=columns or None, **options
    )
    typer.echo(f"{out}: {written} trades" + (f"; {rejects}: {rejected} rows rejected" if rejects else ""))


@data_app.command("sample")
def data_sample(out: Annotated[Path, typer.Option(help="Folder to write to.")]) -> None:
    """Regenerate the sample trade logs from the bundled index prices."""
    from nija_research.strategy import sample

    for path in sample.write(out):
        typer.echo(str(path))


def _clock() -> datetime:
    # SOURCE_DATE_EPOCH is the convention for reproducible builds: with it, the same input gives the same bytes.
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise ParameterError(f"SOURCE_DATE_EPOCH must be seconds since 1970, got {text!r}.") from None


def _notebook(name: str) -> Path:
    from nija_research.places import suite

    path = Path(name)
    if path.suffix == ".ipynb" or path.exists():
        return path
    shipped = sorted((suite() / "notebooks").glob("[!_]*.ipynb"))
    for candidate in shipped:
        if candidate.stem == name:
            return candidate
    raise ParameterError(f"no notebook {name!r}; the suite has {', '.join(p.stem for p in shipped)}.")


def _from_yaml(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    import yaml

    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(
            f"{file}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})."
        ) from None
    except yaml.YAMLError as error:
        raise ParameterError(f"{file}: not YAML ({' '.join(str(error).split())}).") from None
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise ParameterError(f"{file}: wanted lines 'name: value', got {type(values).__name__}.")
    return values


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise ParameterError(f"--column wants NAME=COLUMN, got {text!r}.")
    return name, value


def _print_table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    # Plain columns: what is piped or copied stays on its line, however narrow the terminal.
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    for row in (header, *rows):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _with_progress(work: Callable[[Callable[[str], None]], Any]) -> Any:
    # A line on a terminal, silence in a pipe: the path on standard output is all a script wants.
    if not sys.stderr.isatty():
        return work(lambda text: None)
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        return work(status.update)
