import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from gdviz.qt.widgets.folding_section import FoldingSection


@pytest.fixture
def section(qtbot):
    result = FoldingSection("Regularisation", "regularisation")
    result.field = QLineEdit()
    result.form.add_row("L2", result.field)
    qtbot.addWidget(result)
    result.resize(224, 200)
    result.show()
    return result


def test_section_is_folded_first_and_opens_by_a_click(qtbot, section):
    told = []
    section.unfolded.connect(lambda: told.append(1))
    assert not section.is_open
    assert not section.field.isVisible()
    qtbot.mouseClick(section.head, Qt.MouseButton.LeftButton)
    assert section.field.isVisible()
    assert told == [1]
    section.set_open(False)
    assert not section.field.isVisible()
    assert told == [1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_section_opens_and_folds_by_a_key(qtbot, section, key):
    for is_open in (True, False):
        qtbot.keyClick(section.head, key)
        assert section.is_open is is_open


def test_arrows_open_and_fold_like_in_a_tree(qtbot, section):
    for key, is_open in (
        (Qt.Key.Key_Left, False), (Qt.Key.Key_Right, True), (Qt.Key.Key_Right, True),
        (Qt.Key.Key_Left, False),
    ):  # fmt: skip
        qtbot.keyClick(section.head, key)
        assert section.is_open is is_open


def test_head_says_its_state_and_what_is_in_it(section):
    head = section.head
    assert head.accessibleName() == "Regularisation"
    assert head.accessibleDescription() == "folded"
    head.set_summary("L2 0.0001")
    assert head.accessibleDescription() == "folded; L2 0.0001"
    section.set_open(True)
    assert head.accessibleDescription() == "unfolded; L2 0.0001"


def test_summary_is_painted_only_while_folded_and_never_over_the_title(section):
    def image():
        return section.head.grab().toImage()

    empty = image()
    section.head.set_summary("shift, rotation, noise and a long list of other things")
    shown = image()
    assert shown != empty
    title = empty.copy(0, 0, 96, empty.height())
    assert shown.copy(0, 0, 96, shown.height()) == title
    section.set_open(True)
    section.head.set_summary("")
    unfolded = image()
    section.head.set_summary("off")
    assert image() == unfolded
