"""
How much to stake, and how little a trade log or a record says about it.

A newcomer reads `formulas`, then `from_trades` and `interval`; `from_record` for wins and losses alone. Several bots:
`portfolio` and `joint`. How safe: `growth`, and `constrained`, which knows costs too. How sure: `uncertainty`,
`sample_size` and `permutation`. Which trades: `returns` and `conditional`. What to do with it: `advice`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
