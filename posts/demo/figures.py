"""Diagrams and textures inside the demo articles."""

import math

from PIL import Image, ImageDraw

from posts.demo.brush import (
    Point,
    arrow,
    between,
    box,
    canvas,
    dashed,
    disc,
    finish,
    gradient,
    lay,
    line,
    px,
    randomness,
    ring,
    scaled,
    strands,
    turned,
)

INK = "#2c2b29"


def bus_graph() -> Image.Image:
    """A timetable graph: three buses go up and down, one hour a round."""
    ground = canvas((1200, 640), "#f6f2e7")
    stops = [90, 158, 214, 300, 352, 430, 486, 550]

    def grid(d: ImageDraw.ImageDraw) -> None:
        for y in stops:
            line(d, [(40, y), (1160, y)], "#2c2b2930", 1.2)
        for i in range(17):
            line(d, [(40 + 70 * i, 60), (40 + 70 * i, 580)], "#2c2b2916", 1.2)

    def buses(d: ImageDraw.ImageDraw) -> None:
        for bus, colour in enumerate(("#152f42", "#d5553a", "#6f9299")):
            path: list[Point] = []
            for turn in range(-1, 4):
                x = 60 + 140 * bus + 420 * turn
                path += [(x, 550.0), (x + 182, 90.0), (x + 196, 90.0), (x + 378, 550.0)]
            line(d, path, colour, 4)

    lay(ground, grid)
    lay(ground, buses)
    ends = canvas((40, 640), "#f6f2e7")
    ground.paste(ends, (0, 0))
    ground.paste(ends, (px(1160), 0))
    return finish(ground, 3, 20)


def four_times() -> Image.Image:
    """A question and its answer between two clocks."""
    ground = canvas((1200, 420), "#f7f5ef")
    asked, came, answered, back = (210.0, 110.0), (560.0, 310.0), (640.0, 310.0), (930.0, 110.0)

    def clocks(d: ImageDraw.ImageDraw) -> None:
        line(d, [(80, 110), (1120, 110)], "#1d3550", 3)
        line(d, [(80, 310), (1120, 310)], "#b9772c", 3)
        arrow(d, asked, between(asked, came, 0.97), INK, 3)
        arrow(d, answered, between(answered, back, 0.965), INK, 3)
        for at in (asked, came, answered, back):
            dashed(d, (at[0], 60), (at[0], 360), "#9a958a", 1.5)
            disc(d, at, 10, "#1d3550" if at[1] < 200 else "#b9772c")

    lay(ground, clocks)
    return finish(ground, 0, 21)


def smear() -> Image.Image:
    """Three ways to hide one second: step back, stand still, spread it."""
    ground = canvas((1200, 460), "#f7f5ef")
    ways: list[list[Point]] = [
        [(0, 320), (160, 160), (160, 220), (320, 60)],
        [(0, 320), (130, 190), (190, 190), (320, 60)],
        [(0, 320), (60, 260), (260, 120), (320, 60)],
    ]

    def panels(d: ImageDraw.ImageDraw) -> None:
        for i, way in enumerate(ways):
            x, y = 60 + 380 * i, 50
            line(d, [(x, y + 350), (x, y), (x, y + 350), (x + 330, y + 350)], "#9a958a", 2)
            line(d, [(x + 4, y + 320), (x + 289, y + 20)], "#cfcabd", 4)
            line(d, [(x + 4 + a * 0.95, y + b) for a, b in way], "#d2452c", 5)

    lay(ground, panels)
    return finish(ground, 0, 22)


def events() -> Image.Image:
    """Three machines, what happens on each, and the messages between them."""
    ground = canvas((1200, 560), "#14243a")
    rows = [120, 280, 440]
    happened = [
        (0, 170),
        (0, 430),
        (0, 800),
        (1, 330),
        (1, 590),
        (1, 930),
        (2, 240),
        (2, 500),
        (2, 760),
        (2, 1060),
    ]
    sent = [
        ((170, 120), (330, 280)),
        ((330, 280), (500, 440)),
        ((590, 280), (800, 120)),
        ((500, 440), (590, 280)),
        ((930, 280), (1060, 440)),
    ]

    def diagram(d: ImageDraw.ImageDraw) -> None:
        for y in rows:
            line(d, [(70, y), (1130, y)], "#5f7b97", 2.5)
        for a, b in sent:
            far = math.dist(a, b)
            arrow(d, a, between(a, b, 1 - 16 / far), "#f0c888", 3)
        for row, x in happened:
            disc(d, (x, rows[row]), 11, "#e8eef2")

    lay(ground, diagram)
    return finish(ground, 3, 23)


def angle() -> Image.Image:
    """How far the back of a 45 mm blade stands off the stone at 15 degrees."""
    ground = canvas((1200, 420), "#f3f1ea")
    heel = (190.0, 330.0)
    long = 800.0
    blade = turned([heel, (heel[0] + long, heel[1] - 34), (heel[0] + long, heel[1])], heel, -15.5)
    radius = 0.136 * 771

    def profile(d: ImageDraw.ImageDraw) -> None:
        box(d, 90, 330, 1020, 54, "#8b948c")
        disc(d, (heel[0] + 771, 330 - radius), radius, "#d9a679")
        d.polygon(scaled(blade), fill="#4f5b62")
        span = [math.radians(-t / 2) for t in range(32)]
        arc = [(heel[0] + 250 * math.cos(t), heel[1] + 250 * math.sin(t)) for t in span]
        line(d, arc, "#b8482f", 3)

    lay(ground, profile)
    return finish(ground, 0, 24)


def fibre() -> Image.Image:
    """Mulberry fibres adrift, seen close."""
    ground = gradient((1200, 675), "#fbf8f0", "#f1ead9")
    tones = ["#c9b48c70", "#b79f7350", "#e0d2b380", "#8d774d38"]
    lay(ground, lambda d: strands(d, 61, 520, (1200, 675), tones), blur=2.5)
    lay(ground, lambda d: strands(d, 62, 620, (1200, 675), tones))
    return finish(ground, 4, 25)


def rain_bars() -> Image.Image:
    """Ten-minute rainfall over three hours, with the two lines of the rule book."""
    ground = canvas((1200, 560), "#eef0ea")
    fell = [0.5, 0.5, 0.5, 1, 0.5, 1.5, 2, 4, 8.5, 11, 9.5, 6, 4.5, 2.5, 2, 1, 0.5, 0.5]

    def chart(d: ImageDraw.ImageDraw) -> None:
        for i, depth in enumerate(fell):
            hue = "#b8482f" if depth >= 8 else "#3d7f92"
            box(d, 78 + 59 * i, 480 - 36 * depth, 42, 36 * depth + 2, hue)
        line(d, [(60, 482), (1140, 482)], "#23403f", 3)
        dashed(d, (60, 480 - 36 * 6), (1140, 480 - 36 * 6), "#23403f", 2)
        line(d, [(60, 480 - 36 * 8), (1140, 480 - 36 * 8)], "#b8482f", 2)

    lay(ground, chart)
    return finish(ground, 2, 26)


def repair_bar() -> Image.Image:
    """The 164 minutes behind one repair, each part as wide as its share."""
    ground = canvas((1200, 260), "#f3efe4")
    minutes = [22, 52, 38, 31, 9, 12]
    hues = ["#cf9c3e", "#1f4a4f", "#a9bdb8", "#8aa8a4", "#c9b98f", "#d8cfb8"]

    def bar(d: ImageDraw.ImageDraw) -> None:
        x = 60.0
        for length, hue in zip(minutes, hues, strict=True):
            w = 1080 * length / 164
            box(d, x, 84, w - 4, 92, hue)
            x += w

    lay(ground, bar)
    return finish(ground, 0, 27)


def index_drawers() -> Image.Image:
    """A card catalogue with a few drawers ajar."""
    ground = gradient((1200, 750), "#6b4a31", "#563923")
    r = randomness(71)

    def cabinet(d: ImageDraw.ImageDraw) -> None:
        for row in range(6):
            for column in range(7):
                drawer(d, 42 + 162 * column, 40 + 115 * row, r.random())

    lay(ground, cabinet)
    return finish(ground, 5, 28)


def drawer(d: ImageDraw.ImageDraw, x: float, y: float, chance: float) -> None:
    """One drawer; the higher `chance` (0 to 1), the further it stands open."""
    tone = ["#a97c4f", "#b38658", "#9f7347"][int(chance * 997) % 3]
    box(d, x, y, 144, 96, "#2f1e12")
    drop = 26 if chance > 0.86 else 0
    if drop:
        for i in range(9):
            box(d, x + 14, y + 4 + 2.4 * i, 116, 30, ("#efe6cf", "#d8cbae")[i % 2])
    box(d, x + 3, y + 3 + drop, 138, 90 - drop * 0.2, tone)
    box(d, x + 44, y + 22 + drop, 56, 22, "#f1e9d6")
    disc(d, (x + 72, y + 66 + drop), 7, "#d9b25f")


def proof() -> Image.Image:
    """Two pages of vertical text on a desk, with a corrector's marks led out to the margins."""
    ground = gradient((1200, 720), "#5f6f6b", "#4b5a58")
    first, second = (630.0, 70.0), (90.0, 70.0)  # read from the right

    def shadows(d: ImageDraw.ImageDraw) -> None:
        for x, y in (first, second):
            box(d, x + 6, y + 12, 480, 580, "#16201f99")

    def pages(d: ImageDraw.ImageDraw) -> None:
        for x, y in (first, second):
            box(d, x, y, 480, 580, "#f6f2e7")
        box(d, first[0] + 410, first[1] + 110, 26, 220, "#4b4a46")  # the title
        columns(d, (first[0] + 364, first[1]), [0] * 12)
        box(d, second[0] + 112, second[1] + 70, 160, 212, "#b9c3bc")  # a picture
        columns(d, (second[0] + 420, second[1]), [0] * 6 + [16] * 6 + [0] * 2)

    lay(ground, shadows, blur=10)
    lay(ground, pages)
    lay(ground, marks)
    return finish(ground, 3, 29)


def columns(d: ImageDraw.ImageDraw, at: Point, skipped: list[int]) -> None:
    """Columns of characters from the right, of 30 each but for what is skipped at the top."""
    r = randomness(81 + round(at[0]))
    for column, top in enumerate(skipped):
        ends = r.randint(18, 28) if r.random() < 0.3 else 30
        for row in range(top, ends):
            box(d, at[0] - 28 * column, at[1] + 70 + 15 * row, 11, 11, "#a9a499")


def marks(d: ImageDraw.ImageDraw) -> None:
    """What was found: rings round characters, and lines between the columns to the margin."""
    for x, y, margin in [
        (971.5, 265.5, 112.0),
        (831.5, 445.5, 620.0),
        (747.5, 205.5, 104.0),
        (459.5, 325.5, 112.0),
        (375.5, 490.5, 620.0),
        (179.5, 475.5, 620.0),
    ]:
        ring(d, (x, y), 14, "#c8412b", 3)
        line(d, [(x + 14, y), (x + 14, margin)], "#c8412b", 3)
        line(d, [(x - 2, margin), (x + 30, margin)], "#c8412b", 3)
