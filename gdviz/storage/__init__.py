"""Files: saved networks and checkpoints, readers of other programs' formats, settings.

Strangers' files come in through `readers`, one file per format; everything is written through
`atomic`. May import `gdviz.analysis` and what is below it, never `gdviz.runtime`.
"""
