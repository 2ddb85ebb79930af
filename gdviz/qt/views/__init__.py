"""One file or package per view; they do not import each other. The table is `gdviz.qt.view_table`."""
