"""
Worlds to simulate in: the past as it was, the past in blocks, and laws with known truth.

Every world states where it comes from and its moments, and is drawn from a counter, so that a path is the same
whatever else is drawn. Names are loaded when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
