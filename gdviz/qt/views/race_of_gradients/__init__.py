"""Backpropagation race: the gradient the slow way and the quick way; `view` is the entry."""
