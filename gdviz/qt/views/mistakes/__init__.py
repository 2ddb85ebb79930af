"""The mistakes; `view` is the entry."""
