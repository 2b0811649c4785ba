"""
Floor 6, is it true? Promises held against worlds and data.

Stands on: `simulate`, `policy`, `estimate`, `data`.
"""
