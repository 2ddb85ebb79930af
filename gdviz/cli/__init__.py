"""The command line: one file per command, no arithmetic here.

`main` chooses the command; `options` turns words into a configuration; `output` prints.
"""
