"""The wide pictures at the head of the demo articles."""

import math
from collections.abc import Callable, Iterator, Sequence

from PIL import Image, ImageDraw

from posts.demo.brush import (
    Point,
    between,
    box,
    canvas,
    disc,
    finish,
    gradient,
    lay,
    line,
    noise,
    px,
    randomness,
    rectangle,
    ring,
    scaled,
    shape,
    smooth,
    square,
    strands,
    turned,
    wave,
)

COVER = (1600, 900)
INK = "#2c2b29"


def terrace(x: float, steps: Sequence[Point], seed: int) -> float:
    """How high a stepped hill is at x: each step is (where it begins, how much it rises)."""
    rise = sum(height * smooth((x - start) / 150) for start, height in steps)
    return rise + 4 * wave(x / 90, seed)


def roofs(d: ImageDraw.ImageDraw, ridge: Sequence[Point], colour: str, seed: int) -> None:
    """Small houses along the flat parts of a ridge."""
    r = randomness(seed)
    for (x, y), (_, after) in zip(ridge[::3], ridge[3::3], strict=False):
        if abs(after - y) < 2.5 and r.random() < 0.62:
            w, h = r.uniform(12, 24), r.uniform(8, 17)
            box(d, x, y - h, w, h + 6, colour)
            d.polygon(
                scaled([(x - 2, y - h), (x + w / 2, y - h - 7), (x + w + 2, y - h)]), fill=colour
            )


def hills(ground: Image.Image) -> None:
    """Six terraced ridges with houses, each nearer and darker than the last."""
    for i, hue in enumerate(["#b9bfb4", "#8fa3a4", "#64848d", "#3f6474", "#26475a", "#152f42"]):
        steps = [(210 + 95 * i, 120), (560 + 70 * i, 130), (930 + 60 * i, 120), (1290, 100)]
        base = 640 + 62 * i
        ridge = [(x, base - terrace(x, steps, i)) for x in range(-10, 1620, 10)]
        shape(ground, [*ridge, (1610, 910), (-10, 910)], hue)
        roofs(ImageDraw.Draw(ground), ridge, hue, i)


def bus_slope() -> Image.Image:
    """Terraces that climb from the sea, crossed by the lines of a timetable graph."""
    ground = gradient(COVER, "#efe3cc", "#e2bf95")
    hills(ground)

    def graph(d: ImageDraw.ImageDraw) -> None:
        for i in (0, 1, 2, 3, 5, 6, 7, 8, 4):
            x = -420 + 230 * i
            path = [(x - 90, 905), (x, 905), (x + 560, 250), (x + 640, 250), (x + 1200, 905)]
            line(d, path, *(("#d5553a", 5.0) if i == 4 else ("#fff6e4b8", 1.8)))

    lay(ground, graph)
    return finish(ground, 5, 11)


def waves_from(d: ImageDraw.ImageDraw, at: Point, colour: str, gap: float) -> None:
    """Rings that widen and thin out with their distance."""
    radius = gap
    while radius < 1100:
        alpha = round(225 * math.exp(-radius / 430))
        ring(d, at, radius, f"{colour}{alpha:02x}", 2.4)
        radius += gap * (1 + radius / 900)
    disc(d, at, 8, colour)


def one_second() -> Image.Image:
    """Time signals from two transmitters."""
    ground = gradient(COVER, "#0f1c33", "#1d3550")
    lay(ground, lambda d: disc(d, (1130, 250), 210, "#e9b96e38"), blur=90)
    lay(ground, lambda d: disc(d, (430, 655), 180, "#8fc3d638"), blur=90)
    lay(ground, lambda d: waves_from(d, (430, 655), "#9fd0df", 40))
    lay(ground, lambda d: waves_from(d, (1130, 250), "#f0c888", 27))
    return finish(ground, 3, 12)


def ticks(d: ImageDraw.ImageDraw, centre: Point) -> None:
    """Sixty seconds around a dial that leaves a little room at the top."""
    for i in range(60):
        turn = math.radians(-90 + 6 + i * 348 / 59)
        inner, width = (232, 9.0) if i % 5 == 0 else (262, 4.0)
        ends = [
            (centre[0] + r * math.cos(turn), centre[1] + r * math.sin(turn)) for r in (inner, 306)
        ]
        line(d, ends, INK, width)


def leap_second() -> Image.Image:
    """A dial of sixty strokes and one more that finds no place in it."""
    ground = gradient(COVER, "#f4f0e6", "#e9e2d2")
    centre = (690.0, 450.0)
    lay(ground, lambda d: disc(d, (698, 466), 372, "#4b3f2e40"), blur=26)
    lay(ground, lambda d: disc(d, centre, 372, "#fbf8f1"))
    lay(ground, lambda d: ticks(d, centre))
    lay(ground, lambda d: line(d, [(1262, 378), (1268, 486)], "#4b3f2e55", 10), blur=7)
    lay(ground, lambda d: line(d, [(1256, 366), (1256, 476)], "#d2452c", 9))
    return finish(ground, 4, 13)


def deckle(x: float, y: float, w: float, h: float, seed: int) -> list[Point]:
    """A sheet with the feathery edge that wet fibre leaves at the frame."""
    r = randomness(seed)
    corners = rectangle(x, y, w, h)
    edge: list[Point] = []
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        for i in range(300):
            u, v = between(a, b, i / 300)
            edge.append((u + r.gauss(0, 0.9), v + 3 * wave(i / 24, seed) + r.gauss(0, 0.9)))
    return edge


def water(ground: Image.Image, top: float) -> None:
    """Bands of indigo that darken towards the lower edge."""
    tones = ["#4d6f8f", "#3f6284", "#345677", "#2a4a6a", "#223f5c", "#1b344d", "#152b41"]
    for i, tone in enumerate(tones):
        crest = [(x, top + 27 * i + 13 * wave(x / 230 + i, i)) for x in range(-10, 1620, 10)]
        shape(ground, [*crest, (1610, 910), (-10, 910)], tone)


def paper() -> Image.Image:
    """Sheets of hand-made paper over a band of indigo water."""
    ground = gradient(COVER, "#d3c4a6", "#c5b493")
    water(ground, 700)
    places = [
        (-120, -120, 900, 742),
        (640, -160, 1100, 700),
        (300, 70, 760, 560),
        (610, 268, 640, 500),
    ]
    tones = ("#eee3cbf0", "#f2e9d6dc", "#f6efdfd6", "#fbf7ecd2")
    for i, (x, y, w, h) in enumerate(places):
        middle = (x + w / 2, y + h / 2)
        sheet = turned(deckle(x, y, w, h, i), middle, (-2.4, 3.1, -3.6, 1.8)[i])
        shape(ground, [(a + 6, b + 12) for a, b in sheet], "#3a2f1c4a", blur=10)
        shape(ground, sheet, tones[i])
        inner = turned(rectangle(x + 9, y + 9, w - 18, h - 18), middle, (-2.4, 3.1, -3.6, 1.8)[i])
        shape(ground, inner, "#fffaf024", blur=6)
    lay(ground, lambda d: strands(d, 5, 260, (1500, 520), ["#fffdf550", "#a58f6630"]))
    return finish(ground, 6, 14)


def stone(seed: int) -> Image.Image:
    """The wet face of a whetstone."""
    size = (px(COVER[0]), px(COVER[1]))
    clouds = Image.blend(noise(size, seed, 420), noise(size, seed + 1, 60), 0.35)
    clouds = Image.blend(clouds, noise(size, seed + 2, 7), 0.16)
    dark, light = canvas(COVER, "#4a5450"), canvas(COVER, "#8b948c")
    return Image.composite(light, dark, clouds)


def polish(
    d: ImageDraw.ImageDraw, bevel: Callable[[float], tuple[float, float]], seed: int
) -> None:
    """Fine scratches that the stone leaves across the bevel, all the same way.

    `bevel(x)` gives the heights between which a scratch beginning at x may run.
    """
    r = randomness(seed)
    for _ in range(2600):
        x = r.uniform(-120, 1600)
        low, high = bevel(x)
        y = r.uniform(low + 60, high)
        length = r.uniform(14, y - low - 20)
        line(d, [(x, y), (x + 0.6 * length, y - length)], r.choice(["#ffffff20", "#3d484c18"]), 1)


def knife() -> Image.Image:
    """A blade close up on its stone: flat, bevel, and the strip of hard steel at the edge."""

    def edge(x: float) -> float:
        return 772 - 0.16 * x - 0.00005 * (x - 500) ** 2

    ground = stone(31)
    xs = range(-20, 1640, 6)
    rim = [(x, edge(x)) for x in xs]
    ridge = [(x, edge(x) - 268) for x in xs]
    meet = [(x, edge(x) - 84 + 9 * wave(x / 74, 3) + 3 * wave(x / 11, 5)) for x in xs]
    sky = [(-20.0, -20.0), (1640.0, -20.0)]
    shape(ground, [(x + 4, y + 26) for x, y in [*sky, *rim[::-1]]], "#0e1311c8", blur=20)
    shape(ground, [*sky, *rim[::-1]], "#5d6a72")
    shine = [(x, y - 250) for x, y in ridge] + [(x, y - 110) for x, y in ridge[::-1]]
    shape(ground, shine, "#86939a", blur=44)
    shape(ground, [*ridge, *rim[::-1]], "#97a3a6")
    shape(ground, [*[(x, y - 40) for x, y in meet], *meet[::-1]], "#7f8c90", blur=16)
    shape(ground, [*meet, *rim[::-1]], "#e3e7e4")
    lay(ground, lambda d: line(d, meet, "#f6f8f5c0", 6), blur=4)
    lay(ground, lambda d: polish(d, lambda x: (edge(x) - 268, edge(x)), 32))
    lay(ground, lambda d: line(d, ridge, "#d3dadb", 2.4))
    lay(ground, lambda d: line(d, rim, "#ffffff", 2.4))
    return finish(ground, 5, 15)


def drizzle(d: ImageDraw.ImageDraw, seed: int) -> None:
    """Rain as upright strokes, denser to the right."""
    r = randomness(seed)
    for _ in range(900):
        x = 1600 * math.sqrt(r.random())
        y, length = r.uniform(-160, 760), r.uniform(24, 190)
        line(d, [(x, y), (x, y + length)], r.choice(["#f4f6ee30", "#f4f6ee55", "#1f3a3730"]), 1.6)


def rain() -> Image.Image:
    """Rain over the two buckets of a gauge: one fills, the other has just emptied."""
    ground = gradient(COVER, "#aab9ae", "#5f7d78")
    lay(ground, lambda d: drizzle(d, 33))
    pivot, divider = (800.0, 660.0), (836.0, 504.0)
    left, right = [pivot, divider, (481.0, 484.0)], [pivot, divider, (1163.0, 641.0)]
    shape(
        ground,
        [(x + 4, y + 22) for x, y in [left[2], divider, right[2], pivot]],
        "#12292866",
        blur=22,
    )
    lay(ground, lambda d: box(d, 701, -10, 5, 570, "#eef3eecc"))
    shape(ground, left, "#f0ede0")
    shape(ground, right, "#d3d2c1")
    shape(ground, [pivot, (823, 560), (619, 560)], "#3d7f92")
    shape(ground, [(770, 800), (800, 652), (830, 800)], "#23403f")
    lay(ground, lambda d: box(d, 0, 800, 1600, 100, "#23403f"))
    lay(ground, lambda d: disc(d, pivot, 15, "#e0a23b"))
    for i, radius in enumerate((9, 7, 5)):
        disc(ImageDraw.Draw(ground), (1172 + 3 * i, 672 + 44 * i), radius, "#3d7f92")
    return finish(ground, 5, 16)


def river(t: float) -> Point:
    """The buried river's course; t from 0 (upper left) to 1 (lower right)."""
    return -60 + 1720 * t, 430 + 210 * math.sin(5.4 * t + 0.5) + 70 * math.sin(12.5 * t)


def bent(x: float, y: float) -> Point:
    """Town streets are never straight: a slow warp of the plane."""
    return x + 44 * wave(y / 260, 2) + 12 * wave(x / 150, 5), y + 58 * wave(x / 330, 4)


def houses(seed: int) -> Iterator[tuple[list[Point], Point]]:
    """Outlines of building lots with their centres, block by block."""
    r = randomness(seed)
    for bx in range(-40, 1640, 118):
        for by in range(-40, 940, 74):
            cuts = sorted([0.0, 1.0, r.uniform(0.25, 0.4), r.uniform(0.55, 0.75)])
            for a, b in zip(cuts, cuts[1:], strict=False):
                for half in (0, 1):
                    x, y = bx + 104 * a, by + 30 * half + 2 * half
                    w, h = 104 * (b - a) - r.uniform(3, 9), 28 - r.uniform(0, 7)
                    corners = [bent(px_, py_) for px_, py_ in rectangle(x, y, w, h)]
                    yield corners, bent(x + w / 2, y + h / 2)


def culvert() -> Image.Image:
    """A town map in which a river shows only as the gap between houses."""
    ground = canvas(COVER, "#f3eee2")
    course = [river(i / 300) for i in range(301)]
    r = randomness(7)

    def hidden(d: ImageDraw.ImageDraw) -> None:
        for at in course:
            disc(d, at, 25, "#d3e1e1")

    def town(d: ImageDraw.ImageDraw) -> None:
        for corners, middle in houses(8):
            gap = min(math.dist(middle, p) for p in course)
            if gap < 42 or r.random() < 0.07:
                continue
            near = gap < 84
            hue = "#c8693f" if near and r.random() < 0.18 else "#8f8a7d" if near else "#cfc8b8"
            d.polygon(scaled(corners), fill=hue)

    lay(ground, hidden)
    lay(ground, town)
    for a, b in zip(course[::4], course[2::4], strict=False):
        lay_dash(ground, a, b)
    return finish(ground, 4, 17)


def lay_dash(ground: Image.Image, a: Point, b: Point) -> None:
    """One dash on each bank of the hidden river."""
    along = math.dist(a, b)
    side = (25 * (b[1] - a[1]) / along, -25 * (b[0] - a[0]) / along)
    d = ImageDraw.Draw(ground)
    for way in (1, -1):
        ends = [(x + way * side[0], y + way * side[1]) for x, y in (a, b)]
        line(d, ends, "#7fa6ab", 2.4)


def gear(d: ImageDraw.ImageDraw, at: Point, radius: float, hue: str) -> None:
    """A toothed wheel."""
    teeth = [
        (at[0] + r * math.cos(t), at[1] + r * math.sin(t))
        for i in range(64)
        for r, t in [(radius if i % 4 < 2 else radius * 0.84, i * math.tau / 64)]
    ]
    d.polygon(scaled(teeth), fill=hue)


def spring(d: ImageDraw.ImageDraw, at: Point, radius: float, hue: str) -> None:
    """A coil seen from the side."""
    zigzag = [(at[0] - radius + i * radius / 5, at[1] + (22 if i % 2 else -22)) for i in range(11)]
    line(d, zigzag, hue, 7)


def screw(d: ImageDraw.ImageDraw, at: Point, radius: float, hue: str) -> None:
    """A screw lying down."""
    x, y = at[0] - radius, at[1]
    tip, neck = x + 2 * radius, x + 1.7 * radius
    box(d, x, y - 20, 18, 40, hue)
    shaft = [(x + 18, y - 9), (neck, y - 9), (tip, y), (neck, y + 9), (x + 18, y + 9)]
    d.polygon(scaled(shaft), fill=hue)


def washer(d: ImageDraw.ImageDraw, at: Point, radius: float, hue: str) -> None:
    """A flat ring."""
    ring(d, at, radius, hue, radius * 0.42)


def plate(d: ImageDraw.ImageDraw, at: Point, radius: float, hue: str) -> None:
    """A cover plate with rounded corners."""
    ends = scaled([(at[0] - radius, at[1] - radius * 0.7), (at[0] + radius, at[1] + radius * 0.7)])
    d.rounded_rectangle([*ends[0], *ends[1]], px(14), fill=hue)


type Part = Callable[[ImageDraw.ImageDraw, Point, float, str], None]


def parts() -> Iterator[tuple[Part, Point, float, str]]:
    """What lies in each cell of the table, where, how large (px) and in which colour."""
    kinds: list[Part] = [gear, washer, plate, screw, spring, washer, screw, gear, plate]
    hues = ["#1f4a4f", "#b8482f", "#cf9c3e", "#3b3a37", "#5f8583"]
    r = randomness(41)
    for row in range(4):
        for column in range(8):
            kind, hue = kinds[(row * 5 + column * 2) % 9], hues[(row * 3 + column) % 5]
            size, at = r.uniform(44, 62), (188.0 + 175 * column, 160.0 + 193 * row)
            if (row, column) != (2, 5):
                yield kind, at, size, hue


def repair() -> Image.Image:
    """Parts of a machine laid out in order, with one place empty."""
    ground = gradient(COVER, "#e9e3d4", "#ded6c3")

    def shadows(d: ImageDraw.ImageDraw) -> None:
        for kind, (x, y), size, _ in parts():
            kind(d, (x + 5, y + 10), size, "#2a21114d")

    def things(d: ImageDraw.ImageDraw) -> None:
        for kind, at, size, hue in parts():
            kind(d, at, size, hue)
            if kind in (gear, plate):
                disc(d, at, size * 0.22, "#e4ddcc")
        ring(d, (1063, 546), 50, "#8d8470", 2)

    lay(ground, shadows, blur=6)
    lay(ground, things)
    return finish(ground, 4, 18)


def crystal(d: ImageDraw.ImageDraw, at: Point, side: float, degrees: float) -> None:
    """A grain of salt: nested squares, as in crystals that grew on the face of brine."""
    tones = ((1, "#f6f5f0"), (0.76, "#dcddd9"), (0.52, "#eceae5"), (0.26, "#c3c7c6"))
    for share, hue in tones:
        d.polygon(scaled(square(at, side * share, degrees)), fill=hue)


def grains(seed: int) -> list[tuple[Point, float, float]]:
    """Where each grain lies, its side (px) and its turn (degrees)."""
    r = randomness(seed)
    found = []
    for _ in range(820):
        at = (1600 * r.betavariate(1.9, 0.95), 900 * r.betavariate(1.9, 0.95))
        side = r.uniform(5, 11) + 74 * (sum(at) / 2500) ** 3 * r.random() ** 4
        found.append((at, side, r.uniform(0, 90)))
    return sorted(found, key=lambda grain: grain[1])


def salt() -> Image.Image:
    """Salt on a black table."""
    ground = gradient(COVER, "#191b1e", "#26282b")
    poured = grains(51)

    def shadows(d: ImageDraw.ImageDraw) -> None:
        for (x, y), side, degrees in poured:
            d.polygon(scaled(square((x + 3, y + 6), side, degrees)), fill="#000000b0")

    def crystals(d: ImageDraw.ImageDraw) -> None:
        for at, side, degrees in poured:
            crystal(d, at, side, degrees)

    lay(ground, shadows, blur=3)
    lay(ground, crystals)
    return finish(ground, 5, 19)
