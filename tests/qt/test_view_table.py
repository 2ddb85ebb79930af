from PySide6.QtGui import QUndoStack

from gdviz.qt.branch_book import BranchBook
from gdviz.qt.inspecting import InspectControl
from gdviz.qt.lab_control import LabControl
from gdviz.qt.time_control import TimeControl
from gdviz.qt.view_table import VIEWS
from gdviz.qt.weight_picker import WeightPicker


def test_promised_views_are_in_the_table_once():
    keys = [spec.key for spec in VIEWS]
    assert len(set(keys)) == len(keys)
    assert {"cost_curves", "cost_surface", "gradient_magnitudes", "first_layer_weights"} <= set(
        keys
    )


def test_needs_are_words_that_the_worker_knows():
    for spec in VIEWS:
        assert spec.needs <= {"gradient", "probe", "evaluation", "surface", "gradient_noise"}


def test_controls_of_every_view_have_accessible_names(qtbot, mnist):
    from PySide6.QtWidgets import QAbstractButton, QComboBox

    from gdviz.qt.docks import Dock
    from gdviz.qt.views.view import ViewContext

    sent = []
    for spec in VIEWS:
        dock = Dock(spec.key, spec.title)
        qtbot.addWidget(dock)
        control = TimeControl(lambda _command: 0, dock)
        picker, stack, book = WeightPicker(dock), QUndoStack(dock), BranchBook(dock)
        inspect = InspectControl(mnist, stack, sent.append, dock)
        context = ViewContext(
            mnist, sent.append, dock, picker, stack, book, control, inspect,
            LabControl(mnist, dock),
        )  # fmt: skip
        view = spec.make(context)
        dock.set_body(view.widget)
        for kind in (QAbstractButton, QComboBox):
            for control in dock.findChildren(kind):
                assert control.accessibleName() or control.text(), (spec.key, control)
