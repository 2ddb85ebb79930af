"""Training without a window: a configuration, a state, and the trainer that moves it.

May import `gdviz.engine`, `gdviz.data` and `gdviz.nn`; knows nothing of threads or files.
Start at `config` and `trainer`.
"""
