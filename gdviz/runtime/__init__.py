"""The thread boundary: the only package that imports threading.

Commands go in, snapshots come out; both are frozen values. Start at `commands`, `snapshot`
and `training_loop`. May import `gdviz.analysis` and what is below it.
"""
