"""The view of a run's branches: their tree, and how two of them differ."""
