"""Surgery on the inspected network; `view` is the entry."""
