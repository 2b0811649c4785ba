"""
Floor 6, is it true: claims of documents, each judged by a check whose errors are known.

`load_register` reads the claims, `verdicts` judges them. A newcomer reads `register`, `verdict`, one file of
`claims`, then `checks`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
