"""Price files of every form end as the same table; the bundled series give the published figures."""

from __future__ import annotations

import gzip
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from nija_research import data
from nija_research.errors import DataError

TIMES = pd.date_range("2024-03-05", periods=3, freq="h", tz="UTC")
OPEN, HIGH, LOW, CLOSE = [10.0, 11.0, 12.0], [12.0, 12.5, 13.0], [9.0, 10.0, 11.5], [11.0, 12.0, 12.5]
WANTED = pd.DataFrame(
    {"open": OPEN, "high": HIGH, "low": LOW, "close": CLOSE, "volume": [1.0, 2.0, 3.0]},
    index=pd.DatetimeIndex(TIMES, name="time").as_unit("us"),
)
ROWS = ["10,12,9,11,1", "11,12.5,10,12,2", "12,13,11.5,12.5,3"]


def text(header, stamps, *, sep=",", top=""):
    lines = [f"{stamp},{row}" for stamp, row in zip(stamps, ROWS, strict=True)]
    return top + "\n".join([header, *lines]).replace(",", sep) + "\n"


ISO = ["2024-03-05 00:00", "2024-03-05 01:00", "2024-03-05 02:00"]
EPOCH = [1709596800, 1709600400, 1709604000]
HEADER = "date,open,high,low,close,volume"
FORMS = {
    "iso": text(HEADER, ISO),
    "capitals": text("Date,Open,High,Low,Close,Volume", ISO),
    "brackets": text("<TIMESTAMP>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>", ISO),
    "comments": text(HEADER, ISO, top="# from somewhere\n\n# on some day\n"),
    "seconds": text("timestamp,open,high,low,close,volume", EPOCH),
    "milliseconds": text("time,open,high,low,close,volume", [e * 1000 for e in EPOCH]),
    "microseconds": text("open_time,o,h,l,c,v", [e * 1_000_000 for e in EPOCH]),
    "semicolons": text(HEADER, ISO, sep=";"),
    "tabs": text(HEADER, ISO, sep="\t"),
    "windows": text(HEADER, ISO).replace("\n", "\r\n"),
    "mark": "\ufeff" + text(HEADER, ISO),
    "blank lines": text(HEADER, ISO).replace("\n", "\n\n"),
    "newest first": "\n".join([HEADER, *reversed(text(HEADER, ISO).splitlines()[1:])]),
    "offsets": text(HEADER, [f"{stamp}:00+00:00" for stamp in ISO]),
    "quotes": text(HEADER, [f'"{stamp}"' for stamp in ISO]),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_text_form_is_the_same_table(tmp_path, form):
    path = tmp_path / "prices.csv"
    path.write_text(FORMS[form], encoding="utf-8", newline="")
    pd.testing.assert_frame_equal(data.load_prices(path), WANTED, check_freq=False)


@pytest.mark.parametrize("ending", ["parquet", "feather", "csv.gz"])
@pytest.mark.parametrize("indexed", [True, False])
def test_every_binary_form_is_the_same_table(tmp_path, ending, indexed):
    path = tmp_path / f"prices.{ending}"
    frame = WANTED if indexed else WANTED.reset_index().rename(columns={"time": "date"})
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "feather":
        frame.to_feather(path)
    else:
        path.write_bytes(gzip.compress(frame.to_csv(index=indexed).encode()))
    pd.testing.assert_frame_equal(data.load_prices(path), WANTED, check_freq=False)


def test_an_unnamed_time_index_is_the_time(tmp_path):
    WANTED.rename_axis(None).to_parquet(tmp_path / "p.parquet")
    pd.testing.assert_frame_equal(data.load_prices(tmp_path / "p.parquet"), WANTED, check_freq=False)


def test_a_zone_moves_naive_stamps(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(FORMS["iso"])
    prices = data.load_prices(path, timezone="Asia/Tokyo")
    assert prices.index[0] == pd.Timestamp("2024-03-04 15:00", tz="UTC")


def test_newest_first_is_said_and_faults_keep_their_lines(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(FORMS["newest first"])
    assert "Rows were newest first and are turned round." in data.load_prices(path).attrs["notes"]
    path.write_text(FORMS["newest first"].replace("10,12,9,11,1", "10,12,9,x,1"))
    with pytest.raises(DataError, match=r"1 fault\. row 4 'close': wanted a number, got 'x'"):
        data.load_prices(path)


def test_line_numbers_count_comments_and_blank_lines(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(f"# one\n\n{HEADER}\n\n{ISO[0]},10,12,9,11,x\n")
    with pytest.raises(DataError, match=r"row 5 'volume'"):
        data.load_prices(path)


def test_a_column_map_names_what_is_not_recognised(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(text("date,open,high,low,Settle,volume", ISO))
    assert data.load_prices(path, columns={"close": "Settle"})["close"].tolist() == CLOSE


def test_a_header_alone_is_an_empty_table(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("date,open,high,low,close\n")
    prices = data.load_prices(path)
    assert prices.shape == (0, 4)
    assert str(prices.index.dtype) == "datetime64[us, UTC]"


def test_the_bundled_sp500_gives_the_measured_figures():
    # CAGR 3.634 %, volatility 19.098 %, Sharpe .28274, maximum drawdown -56.78 %: measured on arch's price-only
    # closes with elapsed time / 365.25, simple daily returns, ddof 1, 252 days, the starting point included.
    close = data.load_prices("sp500")["close"].to_numpy()
    days = (pd.Timestamp("2018-12-31") - pd.Timestamp("1999-01-04")).days
    returns = close[1:] / close[:-1] - 1.0
    assert (close[-1] / close[0]) ** (365.25 / days) - 1.0 == pytest.approx(0.03634, abs=5e-6)
    assert returns.std(ddof=1) * math.sqrt(252) == pytest.approx(0.19098, abs=5e-6)
    assert returns.mean() / returns.std(ddof=1) * math.sqrt(252) == pytest.approx(0.28274, abs=5e-6)
    assert (close / np.maximum.accumulate(close) - 1.0).min() == pytest.approx(-0.5678, abs=5e-5)


@pytest.mark.parametrize("name", ["sp500", "nasdaq"])
def test_the_bundled_series_are_those_of_arch(name):
    from importlib import import_module

    theirs = import_module(f"arch.data.{name}").load()
    ours = data.load_prices(name)
    assert ours.index.tz_localize(None).equals(pd.DatetimeIndex(theirs.index).as_unit("us"))
    for column in ("Open", "High", "Low", "Close", "Volume"):
        assert (ours[column.lower()].to_numpy() == theirs[column].to_numpy()).all(), column
    assert len(ours) == 5031


def test_every_bundled_name_loads_and_says_source_and_licence():
    for name, line in data.bundled().items():
        load = data.load_trades if "trend" in name else data.load_prices
        assert len(load(name)) > 50
        assert "Source:" in line
        assert "\n" not in line


def test_loading_prices_imports_no_arch_and_importing_data_no_pandas():
    code = (
        "import sys; from nija_research import data; assert 'pandas' not in sys.modules; data.bundled();"
        "data.load_prices('sp500'); assert 'arch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
