"""
Floor 5, what happens: an account under a policy, trade by trade.

`run` takes many paths of one policy, `sweep` many policies on the same paths, `match` scales one to equal risk,
`replay` takes one real log, `resampled` compares two finished return series; `worlds` are what they run in, `metrics`
what they come to.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
