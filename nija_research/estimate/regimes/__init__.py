"""
Regimes: what state the market is in, from the past alone, and whether knowing it is worth anything.

A newcomer reads `series` (what goes in and the names), `fitting` (`fit`), `model` (`RegimeModel`) and `walk`
(`walk_forward`), then `evaluation` and `positions`. Names are loaded when first used: importing compiles nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
