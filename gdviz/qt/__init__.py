"""The window: everything that imports PySide6 or pyqtgraph lives in this package.

Start at `app`, which builds the objects, and `main_window`. All of it runs on the GUI thread.
"""
