"""Draws every picture of the demo articles: ``python -m posts.demo.draw``.

The pictures are code so that they are ours and can be made again: the same Pillow gives the same
bytes. No text is drawn, because no font may be assumed.
"""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from posts.demo import covers, figures

ASSETS = Path(__file__).parent / "assets"

PICTURES: dict[str, Callable[[], Image.Image]] = {
    "bus-slope.webp": covers.bus_slope,
    "one-second.webp": covers.one_second,
    "leap-second.webp": covers.leap_second,
    "paper.webp": covers.paper,
    "knife.webp": covers.knife,
    "rain.webp": covers.rain,
    "culvert.webp": covers.culvert,
    "repair.webp": covers.repair,
    "salt.webp": covers.salt,
    "bus-graph.webp": figures.bus_graph,
    "four-times.png": figures.four_times,
    "smear.png": figures.smear,
    "events.webp": figures.events,
    "angle.png": figures.angle,
    "fibre.webp": figures.fibre,
    "rain-bars.webp": figures.rain_bars,
    "repair-bar.png": figures.repair_bar,
    "index-drawers.webp": figures.index_drawers,
    "proof.webp": figures.proof,
}


def save(picture: Image.Image, path: Path) -> None:
    """Writes a picture small enough for a page: WebP for textures, few-colour PNG for diagrams."""
    if path.suffix == ".png":
        picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    else:
        picture.save(path, quality=62, method=6)


def main() -> None:
    """Draws all pictures into the assets folder."""
    ASSETS.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        save(draw(), ASSETS / name)


if __name__ == "__main__":
    main()
