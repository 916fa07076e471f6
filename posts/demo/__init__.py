"""Articles and pictures of an imagined magazine: the project's sample content."""

PAPER = {
    "name": "水準点",
    "tagline": "まちと道具と、その間にいる人の雑誌",
    "publisher": "水準点編集部",
}
