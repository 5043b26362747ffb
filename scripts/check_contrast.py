"""Fail when a text or part colour of a tokens.css drops below WCAG AA or leaves sRGB."""

import math
import re
import sys
from pathlib import Path

Colour = tuple[float, float, float]

TOKENS = Path(__file__).parents[1] / "config" / "static" / "parley" / "tokens.css"
TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(oklch\(([^)]*)\),\s*oklch\(([^)]*)\)\)")

SOFT = ["ok-soft", "warn-soft", "danger-soft", "bot-soft", "note-soft"]
BASE = ["canvas", "surface", "raised"]
TEXT, PART = 4.5, 3.0
PAIRS = [
    *(
        (ink, ground, TEXT)
        for ink in ("ink", "ink-2", "ink-3")
        for ground in [*BASE, "surface-2", "bubble", "accent-soft", *SOFT]
    ),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("on-danger", "danger", TEXT),
    *(("accent-ink", ground, TEXT) for ground in [*BASE, "accent-soft", "accent-soft-2"]),
    ("ink", "accent-soft-2", TEXT),
    ("ink-2", "accent-soft-2", TEXT),
    *((soft[:-5] + "-ink", ground, TEXT) for soft in SOFT for ground in [*BASE, soft]),
    *(("field-line", ground, PART) for ground in ("surface", "surface-2", "raised")),
    *(("focus", ground, PART) for ground in [*BASE, "accent-soft"]),
    *(
        (part, ground, PART)
        for part in ("ok", "danger", "bot", "accent")
        for ground in ("canvas", "surface")
    ),
]


def tokens(css: str) -> dict[str, tuple[Colour, Colour]]:
    """Each colour by its name, light and dark."""
    return {name: (_numbers(light), _numbers(dark)) for name, light, dark in TOKEN.findall(css)}


def _numbers(text: str) -> Colour:
    lightness, chroma, hue = map(float, re.findall(r"[\d.]+", text)[:3])
    return lightness, chroma, hue


def linear(colour: Colour) -> Colour:
    """The linear sRGB of an OKLCH colour."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def luminance(colour: Colour) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in linear(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def failures(css: str) -> list[str]:
    found = []
    colours = tokens(css)
    for number, theme in enumerate(("light", "dark")):
        for ink, ground, needed in PAIRS:
            ratio = contrast(colours[ink][number], colours[ground][number])
            if ratio < needed:
                found.append(f"{theme}: {ink} on {ground} is {ratio:.2f}, needs {needed}")
        for name, themes in colours.items():
            if any(not -0.002 <= part <= 1.002 for part in linear(themes[number])):
                found.append(f"{theme}: {name} is outside sRGB")
    return found


if __name__ == "__main__":
    found = failures(TOKENS.read_text())
    print("\n".join(found) or f"{2 * len(PAIRS)} pairs pass")
    sys.exit(bool(found))
