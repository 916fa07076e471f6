"""Imported articles that link to each other: whatever their order, once the run has ended."""

import io

import pytest
from django.core.management import call_command

from posts import imports
from posts.formats import prepare as preparing
from posts.imports import Options
from posts.models import Edition, ImportedFile, Post
from tests.cast import begin
from tests.imports.sites import article, load, notes, outcomes, rows, write

pytestmark = pytest.mark.django_db

FIRST, SECOND = "_posts/2024-01-02-first.md", "_posts/2024-01-03-second.md"
PAIR = {
    FIRST: article("一つめ", "[](post:second)を読む。\n"),
    SECOND: article("二つめ", "[](post:first)を読む。\n"),
}
BROKEN = "本文のリンク先が見つかりません：post:"


def html(slug):
    """Return what readers see of an article."""
    return Edition.objects.public().get(slug=slug).html


def assert_linked():
    assert '<a href="/posts/second/">二つめ</a>' in html("first")
    assert '<a href="/posts/first/">一つめ</a>' in html("second")


def test_two_that_link_to_each_other_do_when_the_run_has_ended(tmp_path):
    report = load(write(tmp_path, PAIR))
    assert_linked()
    assert notes(report) == ""
    assert Edition.objects.count() == 2


def test_what_is_derived_from_the_body_follows(tmp_path):
    load(write(tmp_path, PAIR))
    edition = Edition.objects.get(slug="first")
    assert edition.plain == edition.excerpt == "二つめを読む。"
    assert edition.characters == len("二つめを読む。")


def test_a_second_run_changes_nothing(tmp_path):
    source = write(tmp_path, PAIR)
    load(source)
    before = rows()
    assert set(outcomes(load(source)).values()) == {"変更なし"}
    assert rows() == before


def test_a_run_that_was_stopped_leaves_it_to_the_next(tmp_path):
    source = write(tmp_path, PAIR)

    def stop(place, total, result):
        raise KeyboardInterrupt

    assert imports.run(source, Options(), stop).stopped
    assert "<a" not in html("first")
    load(source)
    assert_linked()
    assert Edition.objects.count() == 2
    assert set(outcomes(load(source)).values()) == {"変更なし"}


def test_processes_leave_links_to_the_one_that_writes(tmp_path):
    others = {f"_posts/2024-02-02-{n}.md": article() for n in range(preparing.FEW)}
    call_command("import_posts", write(tmp_path, PAIR | others), stdout=io.StringIO())
    assert_linked()


def test_a_link_to_nothing_is_noted_once_and_for_all(tmp_path):
    source = write(tmp_path, {FIRST: article(body="[字](post:none)と[字](post:first)。\n")})
    report = load(source)
    assert notes(report).startswith(f"{BROKEN}none。")
    assert html("first") == '<p>字と<a href="/posts/first/">字</a>。</p>'
    assert ImportedFile.objects.get().notes == list(report.results[0].notes)
    assert set(outcomes(load(source)).values()) == {"変更なし"}


@pytest.mark.parametrize("front", [{"published": False}, {"date": "2099-01-01"}])
def test_a_link_to_what_is_not_public_is_noted(tmp_path, front):
    files = PAIR | {SECOND: article("秘密の題", **front)}
    assert f"{BROKEN}second。" in notes(load(write(tmp_path, files)))
    assert "秘密の題" not in html("first")


def test_an_article_of_the_desk_may_be_linked_to(tmp_path):
    begin(title="机の記事", slug="second").publish(None)
    load(write(tmp_path, {FIRST: PAIR[FIRST]}))
    assert '<a href="/posts/second/">机の記事</a>' in html("first")


def test_a_draft_is_not_rendered_for_its_links(tmp_path):
    report = load(write(tmp_path, PAIR), publish=False)
    assert notes(report) == ""
    assert not Edition.objects.exists()


@pytest.mark.parametrize(("files", "said"), [(PAIR, ""), ({FIRST: PAIR[FIRST]}, "post:second")])
def test_a_trial_knows_what_would_be_there(tmp_path, files, said):
    before = rows()
    found = notes(load(write(tmp_path, files), dry_run=True))
    assert (said in found) and bool(found) == bool(said)
    assert rows() == before


def test_what_the_desk_took_back_meanwhile_stays_away(tmp_path):
    files = PAIR | {FIRST: article("一つめ", "[](post:second)\n", date="2099-01-01 09:00")}

    def take_back(place, total, result):
        if place == 1:
            Post.objects.get(slug="first").unschedule(None)

    imports.run(write(tmp_path, files), Options(), take_back)
    assert html("second")
    assert not Edition.objects.filter(slug="first").exists()


def test_what_was_deleted_meanwhile_stays_away(tmp_path):
    files = PAIR | {FIRST: article("一つめ", "[](post:second)\n", date="2099-01-01 09:00")}

    def delete(place, total, result):
        if place == 1:
            post = Post.objects.get(slug="first")
            post.unschedule(None)
            for rows in (post.slugs, post.revisions):
                rows.all().delete()
            post.delete()

    report = imports.run(write(tmp_path, files), Options(), delete)
    assert not Post.objects.filter(slug="first").exists()
    assert html("second") == "<p>を読む。</p>"
    assert list(outcomes(report).values()) == ["作成", "作成"]
    assert set(outcomes(load(tmp_path)).values()) == {"作成", "変更なし"}
