"""The drawing pad; `view` is the entry."""
