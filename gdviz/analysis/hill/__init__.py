"""What the Hill workspace computes: typed functions, walks down them, valleys, directions.

Functions of one and two variables on which one sees what gradient descent does, with the very
optimizers that train the network (`gdviz.nn.optimizers`). Imports NumPy and `gdviz.nn` only.

`formula` reads and differentiates what is typed (`tokens`, `jets`), `hills` has the known ones;
`walks` takes steps, `courses` follows flow and ball through time; `basins`, `compass` and
`tally` look at many starts and all directions.
"""
