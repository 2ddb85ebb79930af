"""The confusion matrix; `view` is the entry."""
