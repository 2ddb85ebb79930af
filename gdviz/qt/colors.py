"""Arithmetic on colours written ``#rrggbb``: luminance, contrast, mixtures."""


def relative_luminance(color: str) -> float:
    """Give the relative luminance, 0 black to 1 white, of an sRGB colour ``#rrggbb``.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, definition of relative luminance.
    """
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Give the contrast, 1 to 21, of two colours ``#rrggbb`` as the WCAG defines it."""
    lighter, darker = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(ground: str, color: str, share: float) -> str:
    """Give ``color`` laid over ``ground`` with an opacity of ``share``, as opaque ``#rrggbb``."""
    pairs = [(int(ground[i : i + 2], 16), int(color[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(g + share * (c - g)):02x}" for g, c in pairs)


def disabled(ground: str, muted: str) -> str:
    """Give the colour of letters on a control that cannot be used now: half muted."""
    return mix(ground, muted, 0.55)
