"""Which addresses on a line of their own become a frame, a card, or stay a link."""

import pytest

from posts.text import render

VIDEO = "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"


def alone(address):
    return render(f"前の段落。\n\n{address}\n\n次の段落。").html


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        ("https://www.youtube.com/watch?v=aqz-KE-bpKQ", VIDEO),
        ("https://youtube.com/watch?list=x&v=aqz-KE-bpKQ", VIDEO),
        ("https://m.youtube.com/watch?v=aqz-KE-bpKQ&t=90", f"{VIDEO}?start=90"),
        ("https://youtu.be/aqz-KE-bpKQ?t=1m30s", f"{VIDEO}?start=90"),
        ("https://youtu.be/aqz-KE-bpKQ?start=5", f"{VIDEO}?start=5"),
        ("https://www.youtube.com/shorts/aqz-KE-bpKQ", VIDEO),
        ("https://www.youtube.com/live/aqz-KE-bpKQ", VIDEO),
        ("https://www.youtube.com/embed/aqz-KE-bpKQ", VIDEO),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871"),
        ("https://vimeo.com/1/abcdef12", "https://player.vimeo.com/video/1?h=abcdef12"),
        (
            f"https://speakerdeck.com/player/{'a1' * 16}",
            f"https://speakerdeck.com/player/{'a1' * 16}",
        ),
        ("<https://youtu.be/aqz-KE-bpKQ>", VIDEO),
        ("@[youtube](aqz-KE-bpKQ)", VIDEO),
        ('<iframe width="560" src="https://www.youtube.com/embed/aqz-KE-bpKQ"></iframe>', VIDEO),
        (
            '<iframe src="//player.vimeo.com/video/1?h=abcdef"></iframe>',
            "https://player.vimeo.com/video/1?h=abcdef",
        ),
    ],
)
def test_a_video_waits_for_a_click(address, frame):
    html = alone(address)
    assert f'data-frame="{frame}"' in html and html.count('<figure class="embed">') == 1
    assert "<iframe" not in html


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("https://x.com/suijunten/status/1", "X の投稿（@suijunten）"),
        ("https://twitter.com/suijunten/status/1?s=20", "X の投稿（@suijunten）"),
        ("@[tweet](https://mobile.twitter.com/suijunten/status/1)", "X の投稿（@suijunten）"),
        ("https://speakerdeck.com/suijunten/deck", "Speaker Deck のスライドを見る"),
    ],
)
def test_a_page_that_cannot_be_framed_is_a_card(address, label):
    html = alone(address)
    assert '<p class="link-card">' in html and label in html


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/@channel",
        "https://youtube.com.example.com/watch?v=aqz-KE-bpKQ",
        "https://user@youtube.com/watch?v=aqz-KE-bpKQ",
        "https://youtube.com:8443/watch?v=aqz-KE-bpKQ",
        "https://youtube.com:99999/watch?v=aqz-KE-bpKQ",
        "https://youtu.be/aqz-KE-bpKQ?" + "a=1&" * 30,
        "https://vimeo.com/channels/one",
        "https://x.com/suijunten",
        "https://[::1/watch?v=aqz-KE-bpKQ",
        "https://example.com/",
    ],
)
def test_any_other_address_stays_a_link(address):
    html = alone(address)
    assert "data-frame" not in html and "link-card" not in html and "前の段落" in html


def test_a_frame_of_another_house_goes():
    assert "evil" not in alone('<iframe src="https://evil.example/"></iframe>')


def test_an_address_in_a_sentence_stays_a_link():
    assert "embed" not in render("動画は https://youtu.be/aqz-KE-bpKQ にある。").html


def test_an_embed_is_neither_counted_nor_read():
    rendered = render("字。\n\nhttps://youtu.be/aqz-KE-bpKQ\n\nhttps://x.com/a/status/1")
    assert rendered.characters == 2 and rendered.text == "字。"
