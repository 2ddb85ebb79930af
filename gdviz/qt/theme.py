"""Colours of the window in three themes, and how they reach Qt.

A widget of ours reads `current_theme` when it paints and repaints itself when Qt tells it that
the palette changed; plots need more, because the palette does not reach pyqtgraph (see
`gdviz.qt.widgets.plot`). The style sheet is in `gdviz.qt.style_sheet`, maps of colour for
arrays in `gdviz.qt.color_maps`, letters in `gdviz.qt.fonts`, icons in `gdviz.qt.icons`.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from gdviz.qt.colors import disabled, relative_luminance
from gdviz.qt.fonts import font, load_fonts
from gdviz.qt.style_sheet import style_sheet

_THEME_PROPERTY = "gdviz_theme"


@dataclass(frozen=True)
class Theme:
    """Every colour of the window, as ``#rrggbb``.

    Attributes
    ----------
    name : str
        Its key in `THEMES`.
    window, panel, raised : str
        Grounds: behind the panels, of a panel, of a control.
    well, chosen : str
        A hollow in a panel, as behind a segmented switch, and the chosen segment in it.
    bar_well : str
        The hollow of a switch that lies on the window instead of on a panel.
    panel_border : str
        The hairline inside a panel's edge; the panel's colour where there is none.
    groove : str
        What a slider or a meter runs in.
    line, hairline, base_line : str
        Edges of controls and separators; a plot's horizontal lines; a plot's lowest line.
    text, muted : str
        Letters; captions, ticks and units.
    accent, on_accent : str
        The one colour of the frame, and letters on it.
    ball, ball_text : str
        The ball, its true cost and targets: as a mark and as letters.
    curve_1, curve_2, curve_3 : str
        Lines in plots: blue, orange, green; each also has its own dash.
    curve_1_raw : str
        The unsmoothed blue line: 30 % blue in the panel's colour, opaque to be quick to draw.
    knob : str
        The handle of a slider.
    error : str
        Letters and edges of what is wrong.
    """

    name: str
    window: str
    panel: str
    raised: str
    well: str
    bar_well: str
    chosen: str
    panel_border: str
    groove: str
    line: str
    hairline: str
    base_line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    ball: str
    ball_text: str
    curve_1: str
    curve_2: str
    curve_3: str
    curve_1_raw: str
    knob: str
    error: str

    @property
    def is_dark(self) -> bool:
        """Whether letters are lighter than the panel."""
        return relative_luminance(self.text) > relative_luminance(self.panel)


DARK = Theme(
    name="dark",
    window="#101418",
    panel="#171c22",
    raised="#1f262e",
    well="#101418",
    bar_well="#171c22",
    chosen="#2b343d",
    panel_border="#171c22",
    groove="#2b343d",
    line="#2b343d",
    hairline="#222a32",
    base_line="#323c46",
    text="#e6e9ec",
    muted="#9aa5b1",
    accent="#58a6ff",
    on_accent="#101418",
    ball="#f4c430",
    ball_text="#f4c430",
    curve_1="#56b4e9",
    curve_2="#e69f00",
    curve_3="#17b890",
    curve_1_raw="#2a4a5e",
    knob="#e6e9ec",
    error="#ff8a80",
)

LIGHT = Theme(
    name="light",
    window="#f4f5f7",
    panel="#ffffff",
    raised="#ffffff",
    well="#eceef1",
    bar_well="#e6e8ec",
    chosen="#ffffff",
    panel_border="#e3e6ea",
    groove="#d5d9de",
    line="#d5d9de",
    hairline="#eceef1",
    base_line="#d5d9de",
    text="#1b1f24",
    muted="#5a6572",
    accent="#0b62c4",
    on_accent="#ffffff",
    ball="#b07d00",
    ball_text="#8a6200",
    curve_1="#0072b2",
    curve_2="#c25700",
    curve_3="#00805e",
    curve_1_raw="#b3d5e8",
    knob="#ffffff",
    error="#b3261e",
)

HIGH_CONTRAST = Theme(
    name="high_contrast",
    window="#000000",
    panel="#0a0a0a",
    raised="#000000",
    well="#000000",
    bar_well="#000000",
    chosen="#3d3d3d",
    panel_border="#8c8c8c",
    groove="#4d4d4d",
    line="#a6a6a6",
    hairline="#3d3d3d",
    base_line="#8c8c8c",
    text="#ffffff",
    muted="#e0e0e0",
    accent="#7cc4ff",
    on_accent="#000000",
    ball="#ffd60a",
    ball_text="#ffd60a",
    curve_1="#7cc4ff",
    curve_2="#ffb020",
    curve_3="#33e6aa",
    curve_1_raw="#2c4254",
    knob="#ffffff",
    error="#ff9b93",
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (DARK, LIGHT, HIGH_CONTRAST)}


def apply_theme(application: QApplication, theme: Theme) -> None:
    """Give the whole application a theme: style, palette, letters and style sheet.

    Parameters
    ----------
    application : QApplication
        It keeps the theme's name, which `current_theme` reads.
    theme : Theme
        One of `THEMES`.

    Raises
    ------
    ValueError
        If the theme is not in `THEMES`.

    Notes
    -----
    Only the thread of the window may call. May be called again at any time: every widget
    then gets a ``PaletteChange`` event.
    """
    if THEMES.get(theme.name) != theme:
        raise ValueError(f"theme {theme.name!r} is not one of {', '.join(THEMES)}")
    if application.property(_THEME_PROPERTY) is None:
        application.setStyle("Fusion")
        load_fonts()
        application.setFont(font(12, 400))
    # The name comes first: setPalette makes widgets repaint themselves, and they ask for it.
    application.setProperty(_THEME_PROPERTY, theme.name)
    with _without_collecting():
        application.setPalette(palette(theme))
        application.setStyleSheet(style_sheet(theme))


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep Python's collector out: Qt walks over a list of all widgets and must find each alive."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def current_theme() -> Theme:
    """Give the theme last applied to the running application; before that, `DARK`."""
    application = QApplication.instance()
    name = None if application is None else application.property(_THEME_PROPERTY)
    return DARK if name is None else THEMES[name]


def palette(theme: Theme) -> QPalette:
    """Give the Qt palette of a theme, every role in every group."""
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.raised,
        role.AlternateBase: theme.panel,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Text: theme.text,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.Light: theme.chosen,
        role.Midlight: theme.line,
        role.Dark: theme.window,
        role.Mid: theme.line,
        role.Shadow: theme.window,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
    }
    result = QPalette()
    for key, color in colors.items():
        result.setColor(key, QColor(color))
    pale = disabled(theme.panel, theme.muted)
    for key in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(pale))
    return result
