"""
Which trades: rules that turn prices into a canonical trade table without seeing the future.

Nothing here sizes a stake.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
