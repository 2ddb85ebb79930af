"""The numbers behind the pictures: pure functions of arrays, without Qt, files or threads.

What a view shows is decided here and tested without a window. May import `gdviz.training`
and what is below it.
"""
