"""One file or package per view; they do not import each other. See `gdviz.qt.view_table`."""
