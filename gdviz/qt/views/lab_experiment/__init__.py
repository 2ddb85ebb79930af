"""One experiment: what is claimed, predicted, set, run and found."""
