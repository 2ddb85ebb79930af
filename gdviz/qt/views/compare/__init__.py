"""Two networks beside each other; `view` is the entry."""
