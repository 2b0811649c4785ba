"""The same simulations as a user of another tool would write them, each checked equal to ours before it is timed."""
