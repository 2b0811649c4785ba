"""
Kelly fractions: how much to stake, what that does to growth and ruin, and how little a log says about it.

A newcomer reads `formulas`, then `from_trades` and `interval`. Names are loaded when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
