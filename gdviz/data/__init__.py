"""Datasets: where examples come from, checked before anything learns from them.

May import `gdviz.nn` and `gdviz.bundled`. Start at `dataset`.
"""
