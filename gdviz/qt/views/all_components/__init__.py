"""All weights: every component of the gradient; `view` is the entry."""
