"""What no column holds is refused by name, on both databases alike; the rest goes on."""

import pytest

from posts.models import Edition, Post
from tests.imports.sites import article, load, notes, outcomes, pack, write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("label", "front"),
    [
        ("title", {"title": "題" * 201}),
        ("categories", {"categories": ["分" * 51]}),
        ("tags", {"tags": ["札" * 101]}),
        ("tags", {"categories": ["一", "札" * 101]}),
        ("author", {"author": "名" * 101}),
        ("series", {"series": "連" * 101}),
        ("alt", {"image": {"path": "/a.png", "alt": "代" * 301}}),
        ("caption", {"image": {"path": "/a.png", "caption": "代" * 301}}),
    ],
)
def test_a_value_that_is_too_long_is_refused_by_name(tmp_path, label, front):
    report = load(write(tmp_path, {"a.md": article(**front), "b.md": article("次の記事")}))
    assert outcomes(report) == {"a.md": "不可", "b.md": "作成"}
    assert f"{label} が長すぎます" in notes(report)


@pytest.mark.parametrize(
    "front",
    [
        {"title": "題" * 200},
        {"categories": ["分" * 50]},
        {"tags": ["札" * 100]},
        {"author": "名" * 100},
        {"series": "連" * 100},
        {"slug": "a" * 300},
        {"permalink": "/" + "古" * 600 + "/"},
        {"redirect_from": ["/" + "古" * 499, "/" + "古" * 500]},
        {"reading_time": 999},
        {"series": "連載", "series_part": 10**12},
        {"series": "連載", "series_part": -1},
        {"series": "連載", "series_part": True},
        {"series": {"name": "連載"}, "deck": ["一"]},
        {"image": "/" + "a" * 600 + ".png"},
        {"date": "1800-01-01"},
        {"date": "2199-12-31 23:59:59"},
        {"excerpt": "要" * 5000},
        {"tags": [f"札{n}" for n in range(300)]},
        {"layout": "post", "nested": {"a": [1, 2.5, None, True, {"b": "c"}]}},
    ],
)
def test_what_is_just_within_is_taken(tmp_path, front):
    report = load(write(tmp_path, {"2024-01-02-a.md": article(**front)}))
    assert outcomes(report) == {"2024-01-02-a.md": "作成"}
    assert Edition.objects.count() == 1


def test_a_name_that_is_too_long_is_refused(tmp_path):
    files = {f"_posts/2024-01-02-{'長' * 300}.md": article(), "_posts/2024-01-03-b.md": article()}
    report = load(pack(tmp_path / "site.zip", files))
    assert sorted(outcomes(report).values()) == ["不可", "作成"]
    assert "名前が長すぎます" in notes(report)


def test_what_no_field_holds_is_kept(tmp_path):
    front = {"layout": "post", "lang": "ja", "weight": 3, "nested": {"a": [1, None, True]}}
    load(write(tmp_path, {"a.md": article(series_part=2.5, deck="リード", **front)}))
    post = Post.objects.get()
    assert post.deck == "リード"
    assert post.front_matter == {**front, "series_part": 2.5}
    assert post.head.manuscript.front_matter == post.front_matter


def test_a_slug_for_several_articles_is_refused(tmp_path):
    from posts import formats

    with pytest.raises(formats.Refused, match="スラッグ"):
        load(write(tmp_path, {"a.md": article(), "b.md": article()}), slug="x")
    assert not Post.objects.exists()
