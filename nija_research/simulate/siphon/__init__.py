"""
What a siphon costs and what it buys.

`sweep_siphons` runs many on the same paths; `compare`, `rate_grid` and `time_to_target` lay them side by side;
`recommend` asks which is best at equal risk, and `stability` whether the log can say so; `break_even_rate` is the most
it can bear; `replay_siphon` and `in_cents` replay a real log to the cent.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
