"""
The facts: prices and trades from files, checked row by row, and the data sets that come with the suite.

Times are UTC, money is in the account's currency, returns are shares of the stake. Names are loaded when first
used, so that importing this package costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
