"""The example panel; `view` is the entry."""
