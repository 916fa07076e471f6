"""Strokes, shapes, textures and grain for the demo pictures. Lengths are pixels of the finished
picture; the canvas beneath is larger by OVERSAMPLE.
"""

import math
from collections.abc import Callable, Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

type Point = tuple[float, float]
type Paint = Callable[[ImageDraw.ImageDraw], None]

OVERSAMPLE = 3  # everything is drawn larger, then reduced: Pillow's own edges are jagged


def randomness(seed: int) -> Random:
    """A source of scatter that is the same in every run."""
    return Random(seed)  # noqa: S311 -- decoration, not a secret


def scaled(points: Sequence[Point]) -> list[Point]:
    """Points in picture units (px of the finished picture) as points of the large canvas."""
    return [(x * OVERSAMPLE, y * OVERSAMPLE) for x, y in points]


def px(length: float) -> int:
    """A length in finished pixels as a whole number of canvas pixels, at least one."""
    return max(1, round(length * OVERSAMPLE))


def canvas(size: tuple[int, int], colour: str) -> Image.Image:
    """A plain opaque ground."""
    return Image.new("RGBA", (px(size[0]), px(size[1])), colour)


def gradient(size: tuple[int, int], top: str, bottom: str) -> Image.Image:
    """A ground that changes from the colour `top` to `bottom`."""
    mask = Image.linear_gradient("L").resize((px(size[0]), px(size[1])))
    return Image.composite(canvas(size, bottom), canvas(size, top), mask)


def lay(ground: Image.Image, paint: Paint, *, blur: float = 0) -> None:
    """Paints on a clear sheet and lays it over the ground; `blur` (px) softens it."""
    sheet = Image.new("RGBA", ground.size)
    paint(ImageDraw.Draw(sheet))
    if blur:
        # with the colour multiplied by its alpha, clear black does not creep into the edges
        sheet = sheet.convert("RGBa").filter(ImageFilter.GaussianBlur(px(blur))).convert("RGBA")
    ground.alpha_composite(sheet)


def shape(ground: Image.Image, points: Sequence[Point], fill: str, *, blur: float = 0) -> None:
    """Lays one filled polygon over the ground."""
    lay(ground, lambda d: d.polygon(scaled(points), fill=fill), blur=blur)


def line(d: ImageDraw.ImageDraw, points: Sequence[Point], fill: str, width: float) -> None:
    """A polyline with round joints; `width` in px."""
    d.line(scaled(points), fill=fill, width=px(width), joint="curve")


def disc(d: ImageDraw.ImageDraw, at: Point, radius: float, fill: str) -> None:
    """A filled circle."""
    d.circle(scaled([at])[0], px(radius), fill=fill)


def ring(d: ImageDraw.ImageDraw, at: Point, radius: float, colour: str, width: float) -> None:
    """A circle's outline."""
    d.circle(scaled([at])[0], radius * OVERSAMPLE, outline=colour, width=px(width))


def box(d: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float, fill: str) -> None:
    """A filled rectangle from its upper left corner."""
    d.rectangle([*scaled([(x, y)])[0], *scaled([(x + w, y + h)])[0]], fill=fill)


def dashed(d: ImageDraw.ImageDraw, a: Point, b: Point, fill: str, width: float) -> None:
    """A straight dashed line."""
    steps = max(1, round(math.dist(a, b) / 9))
    for i in range(0, steps, 2):
        ends = [between(a, b, i / steps), between(a, b, (i + 1) / steps)]
        line(d, ends, fill, width)


def arrow(d: ImageDraw.ImageDraw, a: Point, b: Point, fill: str, width: float) -> None:
    """A straight line with a small solid head at `b`."""
    line(d, [a, b], fill, width)
    back = math.atan2(a[1] - b[1], a[0] - b[0])
    size = 5 * width
    turns = (back - 0.4, back + 0.4)
    wings = [(b[0] + size * math.cos(t), b[1] + size * math.sin(t)) for t in turns]
    d.polygon(scaled([b, *wings]), fill=fill)


def between(a: Point, b: Point, t: float) -> Point:
    """The point at the share `t` (0 to 1) of the way from `a` to `b`."""
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def turned(points: list[Point], centre: Point, degrees: float) -> list[Point]:
    """Points turned clockwise around a centre."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    moved = [(x - centre[0], y - centre[1]) for x, y in points]
    return [(centre[0] + x * c - y * s, centre[1] + x * s + y * c) for x, y in moved]


def rectangle(x: float, y: float, w: float, h: float) -> list[Point]:
    """The corners of a rectangle."""
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


def square(centre: Point, side: float, degrees: float) -> list[Point]:
    """The corners of a turned square."""
    x, y = centre[0] - side / 2, centre[1] - side / 2
    return turned(rectangle(x, y, side, side), centre, degrees)


def wave(x: float, seed: int) -> float:
    """A smooth wandering curve between about -1 and 1; x in radians of its slowest part."""
    return (
        math.sin(x + seed) * 0.55
        + math.sin(2.3 * x + seed * 2.1) * 0.3
        + math.sin(5.1 * x + seed * 0.7) * 0.15
    )


def smooth(x: float) -> float:
    """0 below 0, 1 above 1, and an S between."""
    t = min(1.0, max(0.0, x))
    return t * t * (3 - 2 * t)


def noise(size: tuple[int, int], seed: int, cell: float) -> Image.Image:
    """Grey clouds (0 to 255) whose spots are about `cell` canvas pixels wide."""
    w, h = max(2, round(size[0] / cell)), max(2, round(size[1] / cell))
    spots = Image.frombytes("L", (w, h), randomness(seed).randbytes(w * h))
    return spots.resize(size, Image.Resampling.BICUBIC)


def speckle(picture: Image.Image, amount: int, seed: int, cell: float = 1.6) -> Image.Image:
    """Adds grain: each pixel moves by up to `amount` of 255 either way."""
    grain = noise(picture.size, seed, cell).point(lambda v: v * 2 * amount / 255)
    return ImageChops.add(picture, Image.merge("RGB", [grain] * 3), 1, -amount)


def finish(ground: Image.Image, grain: int, seed: int) -> Image.Image:
    """Reduces the large canvas to the finished size and adds grain."""
    w, h = ground.size
    small = (w // OVERSAMPLE, h // OVERSAMPLE)
    return speckle(ground.convert("RGB").resize(small, Image.Resampling.LANCZOS), grain, seed)


def strands(
    d: ImageDraw.ImageDraw, seed: int, count: int, area: tuple[int, int], colours: list[str]
) -> None:
    """Long fibres that drift the same way."""
    r = randomness(seed)
    for _ in range(count):
        x, y, turn = r.uniform(-80, area[0]), r.uniform(-40, area[1] + 40), r.gauss(-0.25, 0.45)
        bend, width, path = r.gauss(0, 0.012), r.uniform(0.7, 2.2), [(x, y)]
        for _ in range(r.randint(18, 60)):
            turn += bend + r.gauss(0, 0.03)
            x, y = x + 6 * math.cos(turn), y + 6 * math.sin(turn)
            path.append((x, y))
        line(d, path, r.choice(colours), width)
