import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.text import Picture, image_sources, render


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("![図](a.png)", "a.png"),
        ('![図](a.png "説明")', "a.png"),
        ("![図](<a b.png>)", "a b.png"),
        ("![図](a b.png)", "a b.png"),
        ("![図](a_(1).png)", "a_(1).png"),
        ("![図](図/日本.png)", "図/日本.png"),
        (r"![図](a\_b.png)", "a_b.png"),
        ("![図](a.png?x=1&amp;y=2)", "a.png?x=1&y=2"),
        ("![図][r]\n\n[r]: a.png", "a.png"),
        ("[![図](a.png)](b.html)", "a.png"),
        ('<img src="a.png">', "a.png"),
        ("<IMG alt='' SRC='a.png'>", "a.png"),
        ("<img src=a.png>", "a.png"),
        ("| ![図](a.png) | b |\n|-|-|", "a.png"),
    ],
)
def test_the_addresses_of_images_are_found_as_they_are_looked_up(source, address):
    assert address in image_sources(source)
    picture = Picture("/media/found.webp", 3, 2)
    assert "/media/found.webp" in render(source, pictures={address: picture}).html


def test_addresses_come_in_order_and_once():
    source = "![a](b.png) ![c](a.png)\n\n![d](b.png)\n<img src=c.png>"
    assert image_sources(source) == ("b.png", "a.png", "c.png")


def test_prose_has_none():
    assert image_sources("本文（注）です。(a) [b]") == ()


PARTS = ["![a](b.png)", '![a](b.png "題（1）")', "![a](<c d.png>)", "![a](e_(1).png)", "![a][r]"]
PARTS += [
    "\n\n[r]: f.png\n\n",
    "<img src='g.png'>",
    "[b](h)",
    "![r]",
    "漢字（注）",
    "\n",
    "* ",
    "> ",
    "`",
]
PARTS += ["[![a](日本.png)](i)", "| ", "](", "("]


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_no_image_is_rendered_that_was_not_found(source):
    class Asked(dict):
        def get(self, address, default=None):
            assert address in image_sources(source)
            return default

    render(source, pictures=Asked())
