"""Panels that are not views: what is set, not what is shown."""
