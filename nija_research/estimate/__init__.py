"""
Floor 2, what the data say: how much to stake, and how little we know about it.

`kelly` holds everything about stakes, `regimes` what state the market is in; beside them stand `volatility`,
`correlation` and `indicators`. Names are loaded when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
