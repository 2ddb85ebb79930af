"""A mini-batch's gradient beside the full one, and what the optimizer remembers; see `view`."""
