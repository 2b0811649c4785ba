"""
Show: run notebooks headless, carry their results, and bind them into one PDF.

Inside a notebook: `figure`, `table`, `say`, `record`, `style`. Outside: `run_notebook`, `build`. Names are loaded
when first used, so importing this package costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
