"""Tally: 1,000 starts in 1, 2 and 10 dimensions; `view` is the entry."""
