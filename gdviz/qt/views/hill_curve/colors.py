"""Colours of valleys and of what rolls, in every theme."""

from __future__ import annotations

from gdviz.qt.theme import Theme

_PINK = {"dark": "#cc79a7", "light": "#a8467c", "high_contrast": "#ff9fd0"}


def valley_colors(theme: Theme) -> tuple[str, ...]:
    """Give the colours of valleys from left to right, over again if there are more."""
    return (theme.curve_1, _PINK[theme.name], theme.curve_2, theme.curve_3)


def way_color(theme: Theme, way: str) -> str:
    """Give the colour of what follows a way down."""
    return {"descent": theme.ball, "flow": theme.curve_1, "mass": _PINK[theme.name]}[way]
