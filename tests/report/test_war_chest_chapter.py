"""The war chest chapter: wrong parameters are wrong input."""

from __future__ import annotations

from pathlib import Path

import pytest

from nija_research import report

CHAPTER = Path(__file__).parents[2] / "notebooks" / "42_war_chest.ipynb"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"paths": 1}, "paths must be a whole number of at least 100, got 1"),
        ({"rate": 20.0}, "rate .*0.2"),
        ({"basis": "per_month"}, "basis must be one of per_win"),
        ({"basis": "per_period"}, "needs a period, got settlement 'trade'"),
        ({"base": 100.001}, "base must be in whole cents"),
        ({"stake": 0.0}, "stake must be above 0"),
        ({"target": -1.0}, "targets? must be above 0"),
        ({"week": "47"}, "week must be an ISO week"),
    ],
)
def test_a_wrong_parameter_is_wrong_input(tmp_path, parameters, says):
    with pytest.raises(report.NotebookFailedError, match=says) as caught:
        report.run_notebook(CHAPTER, {"paths": 100} | parameters, tmp_path)
    assert caught.value.exit_code == 2
