"""The fragility panel; `view` is the entry."""
