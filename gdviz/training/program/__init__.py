"""A run as a plain NumPy program that a student can read; see `gdviz.training.program.writing`."""
