"""The cost surface; `view` is the entry."""
