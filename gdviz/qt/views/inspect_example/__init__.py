"""The example of the Inspect workspace, browsed, filtered and edited; `view` is the entry."""
