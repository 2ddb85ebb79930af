"""The parameter ruler: all parameters on one strip; `view` is the entry."""
