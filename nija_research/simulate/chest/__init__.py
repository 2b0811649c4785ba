"""
What a siphon costs and what it buys.

`siphoned` runs many on the same paths, `compared` and `heat` lay them side by side, `judged` asks which is best at
equal risk and whether the log can say so, `break_even` what a log can bear at most, `rebooked` and `in_cents` replay a
real log to the cent. Stands on: the modules of `simulate`.
"""
