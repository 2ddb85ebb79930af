"""Hills of one variable; `view` is the entry."""
