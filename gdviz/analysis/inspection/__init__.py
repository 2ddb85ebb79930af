"""What a network has learned: pure functions behind the panels of the Inspect workspace.

`subject` says what is inspected, `outcomes` how it does on a whole split; every other module
answers one question about these values. No threads, no files, no Qt.
"""
