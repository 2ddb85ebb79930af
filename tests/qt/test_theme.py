"""The themes' contrast, and what applying one does to the application."""

import gc
import re

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from gdviz.bundled import resources_folder
from gdviz.qt.colors import contrast, mix
from gdviz.qt.style_sheet import style_sheet
from gdviz.qt.theme import DARK, LIGHT, THEMES, Theme, apply_theme, current_theme, palette

EVERY_THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


@pytest.fixture(autouse=True)
def _dark_again(qapp: QApplication):
    """Every other test begins in the dark theme."""
    yield
    apply_theme(qapp, DARK)


def test_contrast_known_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@EVERY_THEME
@pytest.mark.parametrize("ground", ["window", "panel", "raised", "well", "chosen"])
@pytest.mark.parametrize("letters", ["text", "muted"])
def test_text_contrast_is_enough(theme: Theme, ground: str, letters: str):
    assert contrast(getattr(theme, letters), getattr(theme, ground)) >= 4.5


@EVERY_THEME
@pytest.mark.parametrize("letters", ["accent", "ball_text", "error"])
def test_colored_text_contrast_is_enough(theme: Theme, letters: str):
    assert contrast(getattr(theme, letters), theme.panel) >= 4.5
    assert contrast(getattr(theme, letters), theme.window) >= 4.5


@EVERY_THEME
def test_text_on_accent_contrast_is_enough(theme: Theme):
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@EVERY_THEME
@pytest.mark.parametrize("mark", ["ball", "curve_1", "curve_2", "curve_3", "accent"])
def test_mark_contrast_is_enough(theme: Theme, mark: str):
    assert contrast(getattr(theme, mark), theme.panel) >= 3.0


@EVERY_THEME
def test_raw_curve_is_three_tenths_of_the_line(theme: Theme):
    expected = mix(theme.panel, theme.curve_1, 0.3)
    pairs = zip(bytes.fromhex(theme.curve_1_raw[1:]), bytes.fromhex(expected[1:]), strict=True)
    assert max(abs(a - b) for a, b in pairs) <= 2


@EVERY_THEME
def test_apply_theme_reaches_palette_and_current_theme(qapp: QApplication, theme: Theme):
    apply_theme(qapp, theme)
    assert current_theme() is theme
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == theme.window
    assert qapp.font().family() == "Inter"


def test_apply_theme_tells_living_widgets(qtbot, qapp: QApplication):
    told = []

    class Listener(QWidget):
        def changeEvent(self, event):
            told.append((event.type(), current_theme().name))

    widget = Listener()
    qtbot.addWidget(widget)
    widget.show()
    apply_theme(qapp, LIGHT)
    assert (event_type("PaletteChange"), "light") in told


def event_type(name: str):
    from PySide6.QtCore import QEvent

    return getattr(QEvent.Type, name)


def test_apply_theme_stranger_is_refused(qapp: QApplication):
    from dataclasses import replace

    with pytest.raises(ValueError, match="'dark'"):
        apply_theme(qapp, replace(DARK, text="#ff0000"))


@EVERY_THEME
def test_palette_has_every_role(theme: Theme):
    colors = palette(theme)
    for role in QPalette.ColorRole:
        if role in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles):
            continue
        assert colors.isBrushSet(QPalette.ColorGroup.Active, role), role


@EVERY_THEME
def test_style_sheet_pictures_exist_in_the_theme_colors(theme: Theme):
    names = re.findall(r'url\("([^"]+)"\)', style_sheet(theme))
    assert names
    for name in names:
        path = resources_folder() / name
        color = theme.on_accent if name.endswith("check.svg") else theme.muted
        assert color in path.read_text(encoding="utf-8")


def test_nothing_is_collected_while_qt_walks_over_its_widgets(qapp):
    """A widget that the collector deletes in the middle would be a dangling pointer there."""
    seen = []

    class Curious(QWidget):
        def event(self, event):
            seen.append(gc.isenabled())
            return super().event(event)

    apply_theme(qapp, DARK)
    widget = Curious()
    widget.ensurePolished()
    seen.clear()
    apply_theme(qapp, LIGHT)
    assert seen
    assert not any(seen)
    assert gc.isenabled()
    apply_theme(qapp, DARK)
    widget.deleteLater()
