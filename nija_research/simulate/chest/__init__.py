"""
What a siphon costs and what it buys.

`siphoned` runs many on the same paths, `compared`, `heat` and `waits` lay them side by side, `judged` asks which is
best at equal risk and `stability` whether the log can say so, `break_even` what it can bear at most, `rebooked` and
`in_cents` replay a real log to the cent. Stands on: the modules of `simulate`.
"""

from nija_research.simulate.chest.bearable import Bearable, break_even
from nija_research.simulate.chest.books import Books, other_rules, rebooked
from nija_research.simulate.chest.cents import in_cents
from nija_research.simulate.chest.compared import compared, given_up, heat, waits
from nija_research.simulate.chest.equal_risk import Judgement, judged
from nija_research.simulate.chest.places import places, with_edge
from nija_research.simulate.chest.rules import NONE, grid, lenses, plain
from nija_research.simulate.chest.runs import Siphoned, siphoned
from nija_research.simulate.chest.stable import Stability, stability

__all__ = [
    "NONE",
    "Bearable",
    "Books",
    "Judgement",
    "Siphoned",
    "Stability",
    "break_even",
    "compared",
    "given_up",
    "grid",
    "heat",
    "in_cents",
    "judged",
    "lenses",
    "other_rules",
    "places",
    "plain",
    "rebooked",
    "siphoned",
    "stability",
    "waits",
    "with_edge",
]  # fmt: skip
