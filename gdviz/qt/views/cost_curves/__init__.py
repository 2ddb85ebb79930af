"""The cost curves; `view` is the entry."""
