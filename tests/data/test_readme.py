"""The column tables of data/README.md are the schemas', and its facts are the files'."""

from __future__ import annotations

import re

import pytest

from nija_research import data, places
from nija_research.data.columns import CANONICAL
from nija_research.data.schemas import column_table, prices_schema, trades_schema

README = (places.suite() / "data" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "schema"), [("prices", prices_schema), ("trades", trades_schema)])
def test_the_column_table_is_generated(name, schema):
    printed = re.search(rf"<!-- {name}: generated.*?-->\n(.*?)\n<!-- end -->", README, re.DOTALL)
    assert printed is not None
    assert printed[1] == column_table(schema())


def test_the_schema_declares_the_canonical_columns_in_order():
    assert list(trades_schema().columns) == [*CANONICAL, "risk"]
    for column in (*trades_schema().columns.values(), *prices_schema().columns.values()):
        assert column.title, column.name
        assert column.description, column.name


def test_every_bundled_data_set_is_described():
    for name in data.bundled():
        assert f"| `{name}` |" in README


def test_the_numbers_told_about_the_sample_are_right():
    trades = data.load_trades("sp500_trend")
    assert len(trades) == 60
    assert trades["return"].mean() == pytest.approx(1 / 5000, rel=0.2)  # "a fiftieth of a percent"
    prices = data.load_prices("sp500")
    equal = prices["open"].iloc[1:].to_numpy() == prices["close"].iloc[:-1].to_numpy()
    assert equal[prices.index[1:].year <= 2005].mean() > 0.94
    assert equal[prices.index[1:].year >= 2008].mean() < 0.1
