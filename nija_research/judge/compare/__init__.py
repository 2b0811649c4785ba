"""
Statements that compare two policies: "30-40 % lower drawdowns", "2-3x faster at similar risk", "smoother with regimes".

`judge` is the door: engine and baseline on common random numbers in several worlds, at equal risk where that is said,
with intervals whose level was set by simulation. `ablate` takes a policy apart.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
