"""
Touch: the suite's calculations under sliders, in JupyterLab and as an app without code.

An explorer (`kelly`, `policies`, `siphon`, `regimes`) is a pure function from settings to an `Answer`, the settings'
controls, and the documents' presets. `panel` puts one on the page; without sliders a notebook shows the same answer as
a figure and a table. Only `control` and `page` need the extra ``explore``. Names are loaded when first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
