"""The one style sheet of the application: shapes and colours of Qt's own controls.

Controls are 28 high (with their edge) and rounded by 6. A button says what it is through the
dynamic property ``role``: ``primary`` (filled; one on the screen), ``ghost`` (no ground until
the pointer is over it), ``icon`` (ghost, square); without it, it is a plain raised button.
Letters are not set here: a style sheet cannot ask for tabular figures (see `gdviz.qt.fonts`).
"""

from string import Template
from typing import TYPE_CHECKING

from gdviz.bundled import resources_folder
from gdviz.qt.colors import disabled, mix

if TYPE_CHECKING:
    from gdviz.qt.theme import Theme

# A border is drawn inside the size that min-height leaves: 26 + 2 x 1 = 28 high.
_BUTTONS = """
QPushButton { background: $raised; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 0 11px; min-height: 26px; max-height: 26px; }
QPushButton:hover { background: $raised_hover; }
QPushButton:pressed { background: $line; }
QPushButton:checked { background: $chosen; }
QPushButton:disabled { color: $disabled; background: $panel; }
QPushButton:focus { border-color: $accent; outline: none; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent;
    min-height: 30px; max-height: 30px; }
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:pressed { background: $accent_pressed; }
QPushButton[role="primary"]:focus { border: 2px solid $text; min-height: 28px; max-height: 28px;
    padding: 0 10px; }
QPushButton[role="primary"]:disabled { background: $line; border-color: $line; color: $disabled; }
QPushButton[role="offered"] { color: $accent; border-color: $accent; }
QPushButton[role="offered"]:disabled { color: $disabled; border-color: $line; }
QPushButton[role="ghost"], QPushButton[role="icon"] { background: transparent;
    border-color: transparent; padding: 0 7px; }
QPushButton[role="icon"] { padding: 0; min-width: 26px; max-width: 26px; }
QPushButton[role="ghost"]:hover, QPushButton[role="icon"]:hover { background: $hover; }
QPushButton[role="icon"]:checked { background: $chosen_menu; }
QPushButton[role="ghost"]:pressed, QPushButton[role="icon"]:pressed { background: $line; }
QPushButton[role="ghost"]:focus, QPushButton[role="icon"]:focus { border-color: $accent; }
QToolButton { background: transparent; color: $text; border: 1px solid transparent;
    border-radius: 6px; padding: 0 3px; min-height: 22px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:open { background: $line; }
QToolButton:checked { background: $chosen; }
QToolButton:disabled { color: $disabled; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; width: 0; }
"""

_FIELDS = """
QLineEdit, QComboBox, QAbstractSpinBox { background: $raised; color: $text;
    border: 1px solid $line; border-radius: 6px; padding: 0 8px; min-height: 26px;
    max-height: 26px; selection-background-color: $accent; selection-color: $on_accent; }
QComboBox { padding: 0 0 0 8px; }
QAbstractSpinBox { padding: 0 2px 0 4px; }
QAbstractSpinBox QLineEdit { border: none; min-height: 0; background: transparent; padding: 0; }
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $line_hover; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border: 1px solid $accent; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: $disabled;
    background: $panel; }
QLineEdit[state="error"], QAbstractSpinBox[state="error"] { border: 1px solid $error; }
QComboBox::drop-down { border: none; width: 24px; subcontrol-position: right center; }
QComboBox::down-arrow { image: url("$indicators_chevron_down.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $menu; color: $text; border: 1px solid $line;
    border-radius: 6px; padding: 4px; outline: none; selection-background-color: $chosen_menu;
    selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; border-radius: 4px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 20px;
    background: transparent; }
QAbstractSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right;
    height: 13px; margin: 1px 1px 0 0; }
QAbstractSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right;
    height: 13px; margin: 0 1px 1px 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: $line; }
QAbstractSpinBox::up-arrow { image: url("$indicators_chevron_up.svg"); width: 11px;
    height: 11px; }
QAbstractSpinBox::down-arrow { image: url("$indicators_chevron_down.svg"); width: 11px;
    height: 11px; }
QPlainTextEdit, QTextEdit, QListView, QTreeView, QTableView { background: $raised; color: $text;
    border: 1px solid $line; border-radius: 6px; selection-background-color: $chosen_menu;
    selection-color: $text; outline: none; }
QPlainTextEdit:focus, QTextEdit:focus, QListView:focus, QTreeView:focus, QTableView:focus {
    border-color: $accent; }
QListView[role="cards"], QListView[role="cards"]:focus { background: transparent; border: none; }
QTreeView#branch_tree, QTreeView#branch_tree:focus { background: transparent; border: none;
    show-decoration-selected: 0; selection-background-color: transparent; }
QTreeView#branch_tree::item, QTreeView#branch_tree::branch { background: transparent; }
QHeaderView::section { background: $panel; color: $muted; border: none; padding: 4px 8px; }
"""

_CHOICES = """
QCheckBox, QRadioButton { color: $text; spacing: 8px; min-height: 22px; padding: 2px;
    border: 1px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px;
    border: 1px solid $mark; background: $raised; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
    image: url("$indicators_check.svg"); }
QRadioButton::indicator:checked { border: 4px solid $accent; width: 8px; height: 8px;
    background: $on_accent; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; }
QSlider { min-height: 20px; border: 1px solid transparent; border-radius: 6px; }
QSlider:focus { border-color: $accent; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $groove; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 7px;
    background: $knob; border: 1px solid $knob_edge; }
QSlider::handle:horizontal:hover { border-color: $accent; }
QSlider::sub-page:horizontal:disabled { background: $line; }
QSlider::handle:horizontal:disabled { background: $disabled; border-color: $disabled; }
QProgressBar { background: $groove; border: none; border-radius: 2px; min-height: 4px;
    max-height: 4px; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
"""

_FRAME = """
QLabel[role="muted"] { color: $muted; }
QLabel[role="ball"] { color: $ball_text; }
QLabel[role="error"] { color: $error; }
QLabel:disabled { color: $disabled; }
QMainWindow, QDialog { background: $window; }
QMainWindow::separator { background: $window; width: 8px; height: 8px; }
QMainWindow::separator:hover { background: $line; }
QDockWidget { color: $text; border: none; background: $window; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 5px 12px; border: none;
    border-radius: 6px; margin: 2px; }
QTabBar::tab:selected { background: $chosen; color: $text; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { border: 1px solid $accent; }
QTabWidget::pane { border: none; }
QStatusBar { background: $window; color: $muted; border: none; }
QStatusBar::item { border: none; }
QToolBar { background: $window; border: none; spacing: 8px; }
QMenu { background: $menu; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; min-height: 16px; }
QMenu::item:selected { background: $chosen_menu; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 6px; }
QMenu::indicator:checked { image: url("$indicators_tick.svg"); }
QMenu::right-arrow { image: url("$indicators_chevron_right.svg"); width: 14px; height: 14px; }
QToolTip { background: $menu; color: $text; border: 1px solid $line; padding: 5px 8px; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget#scrolled { background: transparent; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 8px; margin: 0; }
QScrollBar::handle { background: $groove; border-radius: 3px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $mark; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""


def style_sheet(theme: "Theme") -> str:
    """Give the Qt style sheet of a theme.

    Parameters
    ----------
    theme : Theme
        Its name also chooses the small pictures in ``resources/icons/indicators``, because a
        style sheet takes pictures from files only.
    """
    indicators = resources_folder() / "icons" / "indicators" / theme.name
    values = {
        **vars(theme),
        "disabled": disabled(theme.panel, theme.muted),
        "hover": mix(theme.panel, theme.text, 0.08),
        "raised_hover": mix(theme.raised, theme.text, 0.06),
        "line_hover": mix(theme.line, theme.muted, 0.45),
        "mark": mix(theme.panel, theme.muted, 0.8),
        "knob_edge": theme.knob if theme.is_dark else mix(theme.panel, theme.muted, 0.6),
        "accent_hover": mix(theme.accent, theme.text, 0.15),
        "accent_pressed": mix(theme.accent, theme.panel, 0.2),
        "menu": theme.raised,
        "chosen_menu": theme.chosen if theme.is_dark else theme.well,
    }
    text = _BUTTONS + _FIELDS + _CHOICES + _FRAME
    text = text.replace("$indicators", indicators.as_posix())
    return Template(text).substitute(values)
