"""The window's letters: Inter, which comes with gdviz, in pixels and with tabular figures.

Fonts are set in code, not in style sheets: a style sheet cannot ask for tabular figures.
The sizes in use are 15, 13, 12 and 11; the weights 400, 500 and 600. Nothing is under 11.
"""

from functools import lru_cache

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from gdviz.bundled import resources_folder

FAMILY = "Inter"
FILES = {400: "Inter-Regular.otf", 500: "Inter-Medium.otf", 600: "Inter-SemiBold.otf"}

_LOADED_PROPERTY = "gdviz_fonts_loaded"


def load_fonts() -> None:
    """Register the bundled Inter with Qt; a second call does nothing.

    Only the thread of the window may call, and a ``QGuiApplication`` must exist.

    Raises
    ------
    FileNotFoundError
        If a font file is missing or Qt cannot read it.
    """
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("load_fonts needs a QApplication: create one first")
    if application.property(_LOADED_PROPERTY):
        return
    for name in FILES.values():
        path = resources_folder() / "fonts" / name
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise FileNotFoundError(f"the font {path} is missing or damaged: install gdviz again")
    application.setProperty(_LOADED_PROPERTY, True)


def font(size_px: int, weight: int = 400) -> QFont:
    """Give Inter at a size and weight, with figures that all have one width.

    Parameters
    ----------
    size_px : int
        Height in device-independent pixels, at least 11.
    weight : int, default 400
        400, 500 or 600.

    Returns
    -------
    QFont
        Not hinted, so that letters keep their distances at every scale.

    Raises
    ------
    ValueError
        If the size is under 11 or the weight is not bundled.
    """
    # A copy: who gets a font may change it. Copies of a QFont share their data.
    return QFont(_font(size_px, weight))


def text_width(text: str, size_px: int = 12, weight: int = 400) -> float:
    """Give the width in pixels of one line in the window's letters.

    Remembered for the texts asked for last: running numbers are measured at every frame.
    """
    return _text_width(text, size_px, weight)


@lru_cache(maxsize=4096)
def _text_width(text: str, size_px: int, weight: int) -> float:
    return QFontMetricsF(_font(size_px, weight)).horizontalAdvance(text)


@lru_cache(maxsize=64)
def _font(size_px: int, weight: int) -> QFont:
    if size_px < 11:
        raise ValueError(f"font size {size_px} px is too small to read: at least 11")
    if weight not in FILES:
        raise ValueError(
            f"font weight {weight} is not bundled: one of {', '.join(map(str, FILES))}"
        )
    result = QFont(FAMILY)
    result.setPixelSize(size_px)
    result.setWeight(QFont.Weight(weight))
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result
