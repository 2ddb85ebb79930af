"""How sure the network sounds; `view` is the entry."""
