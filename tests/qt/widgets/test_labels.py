def test_running_text_grows_and_never_lays_its_parent_out_anew(qtbot):
    """A number that runs must not cost a layout of the whole window at every frame."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QHBoxLayout, QWidget

    from gdviz.qt.widgets.labels import Label

    class Counter(QObject):
        count = 0

        def eventFilter(self, _watched, event):
            self.count += event.type() == QEvent.Type.LayoutRequest
            return False

    parent, label, counter = QWidget(), Label(""), Counter()
    qtbot.addWidget(parent)
    QHBoxLayout(parent).addWidget(label)
    label.set_running_text("step 1,000,000")
    parent.show()
    qtbot.waitExposed(parent)
    parent.installEventFilter(counter)
    width = label.width()
    for step in range(100, 200):
        label.set_running_text(f"step {step}")
        qtbot.wait(0)
    assert label.text() == "step 199"
    assert label.width() == width
    assert counter.count == 0
    label.set_running_text("step 1,000,000,000")
    assert label.minimumWidth() > width
    parent.close()
