"""The panel of what the network wants to see; `view` is the entry."""
