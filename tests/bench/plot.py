"""A plot of bars: rows with a name, and in each of them a bar for each of a few columns."""

from collections.abc import Sequence
from html import escape

WIDTH, LEFT, BAR = 720, 190, 12
COLOURS = ("#b9d4d1", "#6aa39d", "#1f5a55")


def bars(
    columns: Sequence[str],
    rows: dict[str, list[float | None]],
    line: float | None = None,
    digits: int = 1,
) -> str:
    """Return an SVG; `line` is a value to compare with, `digits` how exactly values are told."""
    values = [value for row in rows.values() for value in row if value is not None]
    scale = (WIDTH - LEFT - 50) / max([*values, line or 0.0])
    parts, top = legend(columns), 34
    for name, row in rows.items():
        high = len(row) * (BAR + 1)
        parts.append(
            f'<text x="{LEFT - 8}" y="{top + high / 2 + 4}" class="r">{escape(name)}</text>'
        )
        for place, value in enumerate(row):
            if value is not None:
                parts += bar(top + place * (BAR + 1), value * scale, place, f"{value:,.{digits}f}")
        top += high + 8
    if line is not None:
        x = LEFT + line * scale
        parts.append(f'<path d="M{x:.0f} 26V{top}" class="l"/>')
    fills = "".join(f".b{place}{{fill:{colour}}}" for place, colour in enumerate(COLOURS))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 6}">
<style>text{{font:12px sans-serif;fill:#555}}.r{{text-anchor:end}}
{fills}.l{{stroke:#a33;stroke-dasharray:4 3}}</style>
<rect width="{WIDTH}" height="{top + 6}" fill="#fff"/>
{chr(10).join(parts)}
</svg>
"""


def legend(columns: Sequence[str]) -> list[str]:
    """Return what the colours mean, side by side."""
    parts, wide = [], (WIDTH - 20) // len(columns)
    for place, name in enumerate(columns):
        x = 10 + place * wide
        parts.append(f'<path d="M{x} 8h{BAR}v{BAR}h-{BAR}z" class="b{place}"/>')
        parts.append(f'<text x="{x + BAR + 5}" y="18">{escape(name)}</text>')
    return parts


def bar(y: float, length: float, place: int, told: str) -> list[str]:
    """Return a bar with its value."""
    return [
        f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" class="b{place}"/>',
        f'<text x="{LEFT + length + 4:.0f}" y="{y + BAR - 2}">{told}</text>',
    ]
