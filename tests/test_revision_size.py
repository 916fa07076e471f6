"""How a history is packed: a thousand revisions of an article stay small, and each is whole."""

import random
from dataclasses import replace

import pytest
from django.db.models import Max
from hypothesis import given
from hypothesis import strategies as st

from posts.models import Manuscript, Revision
from tests.cast import begin, minute

KANA = "のにをはがでとしたいるからこれそれ町川橋水時計針人話聞書読朝夜明暮市場港雨雪風花木家道"
LINES = st.lists(st.sampled_from(["甲", "乙", "丙", "", "\\n", "\\", '"']), max_size=12).map(
    "\n".join
)


def sentence(dice):
    return "".join(dice.choice(KANA) for _ in range(dice.randint(15, 45))) + "。"


def article(dice, length):
    """Return paragraphs of random letters: what packs worst."""
    paragraphs = []
    while sum(map(len, paragraphs)) < length:
        paragraphs.append("".join(sentence(dice) for _ in range(4)))
    return paragraphs


def edited(dice, paragraphs):
    """Return the paragraphs after a minute of writing: a sentence comes, goes or moves."""
    there, place = list(paragraphs), dice.randrange(len(paragraphs))
    sentences = there[place].split("。")
    what = dice.randrange(4)
    if what == 0:
        sentences.insert(dice.randrange(len(sentences)), sentence(dice)[:-1])
    elif what == 1 and len(sentences) > 3:
        sentences.pop(0)
    elif what == 2:
        sentences[0] += sentence(dice)[:5]
    there[place] = "。".join(sentences)
    if what == 3:
        there.insert(dice.randrange(len(there)), there.pop(place))
    return there


@given(LINES, LINES, LINES)
def test_what_is_packed_against_another_is_unpacked_as_it_was(old, new, title):
    one = Manuscript(title="題", body=old, tags=(1, 2))
    other = Manuscript(title=title, body=new, bylines=((3, "photo"),), front_matter={"a": old})
    assert Manuscript.unpack(other.pack(one), one) == other
    assert Manuscript.unpack(other.pack()) == other


@pytest.mark.django_db
def test_a_thousand_revisions_of_an_article_fit_into_three_megabytes(writer):
    dice = random.Random(5_000)
    paragraphs = article(dice, 5_000)
    post = begin(writer, body="\n\n".join(paragraphs))
    begun, texts = post.manuscript, {1: post.body}
    for number in range(2, 1_001):
        paragraphs = edited(dice, paragraphs)
        texts[number] = "\n\n".join(paragraphs)
        revision = Revision(post=post, number=number, base=number - 1, at=minute(number))
        revision.pack(replace(begun, body=texts[number]))
        revision.save()
    rows = post.revisions.values_list("packed", flat=True)
    assert sum(map(len, rows)) < 1_000_000  # 3 MB are the limit
    for number in dice.sample(sorted(texts), 50):
        assert Revision.objects.get(post=post, number=number).manuscript.body == texts[number]


@pytest.mark.django_db
def test_any_revision_is_read_from_two_rows(writer, django_assert_num_queries):
    post = begin(writer, body="本文です。\n\n" * 200)
    for number in range(80):
        body = f"{post.body}{number}"
        post.write(replace(post.manuscript, body=body), by=writer, base=post.version)
    whole = post.revisions.filter(against=None).values_list("number", flat=True)
    assert sorted(whole) == [1, 33, 65]
    for revision in post.revisions.exclude(against=None)[:40]:
        assert revision.against in whole
        with django_assert_num_queries(1):
            assert revision.manuscript.body.endswith(f"{revision.number - 2}")


@pytest.mark.django_db
def test_another_text_stands_alone(writer):
    post = begin(writer, body="".join(article(random.Random(1), 5_000)))
    fresh = "".join(article(random.Random(2), 5_000))
    post.write(replace(post.manuscript, body=fresh), by=writer, base=1)
    assert post.revisions.get(number=2).against is None
    assert post.revisions.aggregate(last=Max("number"))["last"] == 2


@pytest.mark.django_db
def test_a_long_article_is_packed_by_its_changed_paragraphs(writer):
    dice = random.Random(40_000)
    paragraphs = article(dice, 40_000)  # zlib alone sees the last 10,000 letters only
    post = begin(writer, body="\n\n".join(paragraphs))
    for place in range(0, 200, 10):
        paragraphs[place] = sentence(dice) + paragraphs[place]
    post.write(replace(post.manuscript, body="\n\n".join(paragraphs)), by=writer, base=1)
    first, second = post.revisions.order_by("number")
    assert second.against == 1
    assert len(second.packed) < len(first.packed) / 10
