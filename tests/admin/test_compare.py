"""Two revisions beside each other: every field, in words, at a steady cost and in time."""

import re
import time
from dataclasses import replace
from datetime import datetime

import pytest

from posts.admin.post.differences import LABELS, differences
from posts.models import JST, Author, Category, Manuscript, Media, Series, Tag
from tests.admin.desk import at, seen
from tests.cast import begin, rewrite
from tests.test_media import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    """An editor's browser."""
    client.force_login(editor)
    return client


def marked(answer, tag):
    """Return what stands in <del> or <ins>, without the words for screen readers."""
    page = answer.content.decode()
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return [re.sub(r"<span[^>]*>.*?</span>", "", one) for one in found]


def whole(number):
    """Return a manuscript that says something else in every field for each number."""
    tag = Tag.objects.create(name=f"札{number}")
    author = Author.objects.create(name=f"著者{number}", slug=f"a{number}")
    return Manuscript(
        title=f"題{number}",
        slug=f"slug-{number}",
        deck=f"リード{number}",
        body=f"本文{number}",
        breaks=number == 2,
        excerpt=f"要約{number}",
        category=Category.objects.create(name=f"分類{number}", slug=f"c{number}").pk,
        series=Series.objects.create(name=f"連載{number}", slug=f"s{number}").pk,
        series_part=number,
        cover=Media.keep(plain(size=(number, number)), f"海{number}.png").pk,
        bylines=((author.pk, "photo"),),
        tags=(tag.pk,),
        reading_minutes=number,
        original_date=datetime(2020, 1, number, tzinfo=JST),
        front_matter={"layout": f"型{number}"},
    )


def test_two_pictures_of_one_name_are_two(desk):
    one, other = (Media.keep(plain(size=(n, n)), "海.png").pk for n in (1, 2))
    old = Manuscript(title="題", cover=one)
    [difference] = differences(old, replace(old, cover=other))
    [change] = difference.changes
    assert [run.kind for run in change.runs] == ["removed", "added"]
    assert change.runs[0].text.startswith("海.png（1×1、")
    assert change.runs[1].text.startswith("海.png（2×2、")
    assert not differences(old, replace(old))


def test_every_field_is_compared(desk):
    old, new = whole(1), whole(2)
    assert [one.name for one in differences(old, new)] == list(LABELS)
    post = begin(None, title=old.title)
    post.write(old, by=None, base=1)
    post.write(new, by=None, base=2)
    answer = desk.get(at(post, "compare/?from=2&to=3"))
    text = seen(answer)
    for label in LABELS.values():
        assert label in text
    removed, added = marked(answer, "del"), marked(answer, "ins")
    for word in ("分類{}", "連載{}（第{}回）", "著者{}（写真）", "札{}", "{}分", "slug-{}"):
        assert word.replace("{}", "1") in removed
        assert word.replace("{}", "2") in added


def test_no_field_of_a_manuscript_is_forgotten():
    fields = set(Manuscript.__dataclass_fields__) - {"series_part"}  # shown with the series
    assert set(LABELS) == fields


def test_it_marks_what_changed_in_words_too(desk):
    post = begin(title="題", body="川が流れる。\n\n町がある。")
    rewrite(post, "題", body="川が光る。\n\n町がある。")
    answer = desk.get(at(post, "compare/?from=1&to=2"))
    assert "".join(marked(answer, "del")) == "流れ"
    assert "".join(marked(answer, "ins")) == "光"
    assert "（削除：" in seen(answer)
    assert "（追加：" in seen(answer)


def test_equal_passages_are_folded(desk):
    paragraphs = [f"{number}番目の段落です。" for number in range(9)]
    post = begin(title="題", body="\n\n".join(paragraphs))
    rewrite(post, "題", body="\n\n".join([*paragraphs[:-1], "終わりです。"]))
    answer = desk.get(at(post, "compare/?from=1&to=2"))
    folded = re.search(r"<details.*?</details>", answer.content.decode(), re.DOTALL)[0]
    assert "0番目の段落です。" in folded
    assert "7番目の段落です。" not in folded


def test_without_a_choice_it_compares_with_what_readers_see(desk):
    post = begin(title="題")
    post.publish(None)
    rewrite(post, "題二")
    rewrite(post, "題三")
    answer = desk.get(at(post, "compare/"))
    assert (answer.context["start"].named, answer.context["to"].named) == ("live", "3")
    assert "".join(marked(answer, "ins")) == "題三"


def test_without_a_publication_it_compares_with_the_revision_before(desk):
    post = begin(title="題一")
    rewrite(post, "題二")
    answer = desk.get(at(post, "compare/"))
    assert (answer.context["start"].named, answer.context["to"].named) == ("1", "2")


def test_a_slug_that_publication_gave_is_no_difference(desk):
    post = begin(title="題")
    post.publish(None)
    assert "違いはありません" in seen(desk.get(at(post, "compare/?from=live&to=1")))


def test_a_merged_tag_is_the_one_it_was_merged_into(desk):
    old, new = (Tag.objects.create(name=name) for name in ("ＡＩ技術", "人工知能"))
    post = begin(title="題", tags=(old.pk,))
    post.write(replace(post.manuscript, tags=(new.pk,)), by=None, base=1)
    old.merged_into = new
    old.save()
    assert "違いはありません" in seen(desk.get(at(post, "compare/?from=1&to=2")))


@pytest.mark.parametrize("query", ["from=9", "from=x", "to=live", "from=1&to=-1", "to=99999999999"])
def test_what_is_not_there_is_not_compared(desk, query):
    post = begin(title="題")
    assert desk.get(at(post, f"compare/?{query}")).status_code == 404


def test_a_revision_of_another_manuscript_is_not_reached(client, writer, another_writer):
    post, other = begin(writer), begin(another_writer, title="秘密の題")
    rewrite(other, "秘密の直し", by=another_writer)
    client.force_login(writer)
    assert client.get(at(post, "compare/?from=1&to=2")).status_code == 404


def test_typed_markup_is_shown_as_typed(desk):
    post = begin(title="題", body="<b>太</b>")
    rewrite(post, "題<script>", body="<i>細</i><img src=x onerror=a>")
    page = desk.get(at(post, "compare/")).content.decode()
    assert "<script>" not in re.sub(r"<script[^>]*src=[^>]*>", "", page)
    assert "<img" not in page
    assert "&lt;" in page


def test_its_cost_does_not_grow(desk, django_assert_max_num_queries):
    post = begin(title="題", tags=tuple(tag.pk for tag in Tag.named(list("甲乙丙"))))
    for number in range(40):
        rewrite(post, f"題{number}")
    with django_assert_max_num_queries(18):
        desk.get(at(post, "compare/?from=3&to=40"))


def test_a_megabyte_is_compared_in_time(desk):
    paragraph = "川沿いの町では、時計の針を三分だけ進めて暮らす。"
    old = [f"{number}。{paragraph * 5}" for number in range(2_600)]
    new = [text if place % 7 else f"直した{text}" for place, text in enumerate(old)]
    post = begin(title="題", body="\n\n".join(old))
    assert len(post.body.encode()) > 900_000
    rewrite(post, "題", body="\n\n".join(new))
    start = time.process_time()
    answer = desk.get(at(post, "compare/?from=1&to=2"))
    assert time.process_time() - start < 3
    assert len(marked(answer, "ins")) == 372
