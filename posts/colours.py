"""Colours that people choose, made readable on the grounds that they stand on.

Contrast and luminance: WCAG 2.2, definitions of "contrast ratio" and "relative luminance".
"""

import re
from collections.abc import Iterable

WRITTEN = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
READABLE = 4.5  # WCAG 2.2, 1.4.3, for text of any size
_STEPS = 100

Colour = tuple[int, int, int]


def parse(written: str) -> Colour:
    """Return the colour that is written as #rrggbb. Raises ValueError."""
    if not WRITTEN.fullmatch(written):
        raise ValueError(written)
    red, green, blue = bytes.fromhex(written[1:])
    return red, green, blue


def write(colour: Colour) -> str:
    """Return a colour as #rrggbb."""
    return "#" + bytes(colour).hex()


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, from 1 (none) to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(
    colour: Colour, grounds: Iterable[Colour], toward: Colour, *, at_least: float = READABLE
) -> Colour:
    """Return the colour, moved toward another one until it can be read on all `grounds`.

    `toward` is black on light grounds and white on dark ones: it has to be readable there itself.
    """
    grounds = list(grounds)
    for step in range(_STEPS):
        mixed = _mix(colour, toward, step / _STEPS)
        if min(contrast(mixed, ground) for ground in grounds) >= at_least:
            return mixed
    return toward


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
