"""
Capital sizing for trading bots: how much to stake, what that does, and which promises hold.

Floors, imports go down only: `data` (the facts), `estimate` (what data say), `strategy` (which trades), `policy` and
`engines` (what to stake), `simulate` (what happens), `report` (show), `cli` (doors). Quantities are shares of one,
returns per trade or per bar, money in the account's currency.
"""

__version__ = "0.1.0"
