"""
Floor 2, what the data say: how much to stake, which regime it is, and how little we know about both.

`kelly` holds the stakes, `regimes` the states of a market; beside them stand `volatility`, `correlation`
and `indicators`. The names of `kelly` and of these three are offered here as well. Names are loaded when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
