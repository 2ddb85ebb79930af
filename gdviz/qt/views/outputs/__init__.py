"""The outputs against their targets; `view` is the entry."""
