"""
What a siphon costs and what it buys.

`siphoned` runs many on the same paths, `compared`, `heat` and `waits` lay them side by side, `judged` asks which is
best at equal risk and `stability` whether the log can say so, `break_even` what it can bear at most, `rebooked` and
`in_cents` replay a real log to the cent.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
