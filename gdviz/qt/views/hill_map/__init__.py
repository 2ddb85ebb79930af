"""Hills of two variables; `view` is the entry."""
