"""The first-layer weights; `view` is the entry."""
