"""Smoothness: what steeper sigmoids do to slope, saturation and slice; `view` is the entry."""
