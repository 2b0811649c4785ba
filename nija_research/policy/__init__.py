"""
What to stake: one file per rule, their order in `stack`, a `Policy` made of them, an `Account` that follows one.

``presets["document_000"]`` and its neighbours are the documents' policies and the baselines; `allocator` holds the
printed allocation functions. Money in the account's currency, everything else as shares of one.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
