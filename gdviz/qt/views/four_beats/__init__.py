"""One step in four beats: forward, cost, gradient, update; `view` is the entry."""
