"""The gradient magnitudes; `view` is the entry."""
