"""Beats: an editor who answers for some categories is a writer everywhere else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from posts.imports import Options, run
from posts.models import (
    Author,
    Beat,
    Category,
    Delivery,
    Event,
    Post,
    Redirect,
    Refused,
    SiteSettings,
    can,
    may,
)
from tests.admin.desk import LIST, at, rows, seen
from tests.cast import begin, minute, person, rewrite
from tests.imports.sites import article

pytestmark = pytest.mark.django_db


@pytest.fixture
def sections():
    """Politics with the cabinet under it, and sports."""
    politics = Category.objects.create(name="政治", slug="politics")
    cabinet = Category.objects.create(name="内閣", slug="cabinet", parent=politics)
    return politics, cabinet, Category.objects.create(name="スポーツ", slug="sports")


@pytest.fixture
def politician(sections, editor):
    """An editor for politics."""
    Beat.objects.create(user=editor, category=sections[0])
    return editor


def test_the_beat_holds_what_is_below_and_what_has_no_category(politician, sections):
    politics, cabinet, sports = sections
    posts = {one: begin(title=str(one), category=one and one.pk) for one in (*sections, None)}
    found = {one for one, post in posts.items() if can(politician, "edit", post)}
    assert found == {politics, cabinet, None}
    listed = Post.objects.seen_by(politician)
    assert set(listed) == {posts[one] for one in found}
    assert not can(politician, "view", posts[sports])


def test_own_manuscripts_stay_own_elsewhere(politician, sections):
    own = begin(by=politician, category=sections[2].pk)
    assert can(politician, "submit", own)
    assert not can(politician, "approve", own)
    assert own in Post.objects.seen_by(politician)


def test_the_verbs_ask_too(politician, sections):
    foreign = begin(category=sections[2].pk)
    with pytest.raises(Refused):
        foreign.approve(politician, now=minute(1))


def test_an_editor_without_a_beat_and_a_chief_with_one_see_all(editor, chief, sections):
    Beat.objects.create(user=chief, category=sections[0])
    foreign = begin(category=sections[2].pk)
    assert can(editor, "approve", foreign)
    assert can(chief, "publish", foreign)


def test_a_publishing_editor_publishes_only_there(politician, sections):
    SiteSettings(pk=1, editors_publish=True).save()
    fresh = type(politician).objects.get(pk=politician.pk)
    assert can(fresh, "publish", begin(category=sections[1].pk))
    assert not can(fresh, "publish", begin(category=sections[2].pk))


def test_names_and_addresses_stay_theirs_to_keep(client, politician, sections):
    assert may(politician, "classify")
    client.force_login(politician)
    typed = {"name": "体育", "slug": "taiiku", "position": 1}
    client.post(f"/admin/posts/category/{sections[2].pk}/change/", typed)
    assert Category.objects.filter(name="体育", slug="taiiku", parent=None).exists()


def test_a_foreign_manuscript_answers_like_a_missing_one(client, politician, sections):
    foreign, gone = begin(category=sections[2].pk), begin(title="消えた")
    client.force_login(politician)
    missing = client.get(at(gone, "preview/").replace(f"/{gone.pk}/", "/99999/"))
    hidden = client.get(at(foreign, "preview/"))
    assert hidden.status_code == missing.status_code == 404
    assert "題名" not in seen(client.get(LIST))


def test_logs_name_no_foreign_manuscript(client, politician, sections):
    foreign = begin(title="隠れた題", category=sections[2].pk)
    Redirect.objects.create(path="/old/", post=foreign)
    Delivery.objects.create(kind="live", key="x", post=foreign, due_at=minute(0), dead=True)
    client.force_login(politician)
    for page in ("event", "redirect", "delivery"):
        assert "隠れた題" not in seen(client.get(f"/admin/posts/{page}/"))
    assert Event.objects.filter(title="隠れた題").exists()


def test_a_category_below_a_beat_asks_once(politician, sections, django_assert_num_queries):
    posts = [begin(category=sections[1].pk) for _ in range(5)]
    can(politician, "edit", posts[0])
    with django_assert_num_queries(0):
        assert all(can(politician, "edit", post) for post in posts)


def test_two_editors_of_two_beats(sections, editor):
    other = person("sportsman", "編集者")
    Beat.objects.create(user=other, category=sections[2])
    Beat.objects.create(user=editor, category=sections[0])
    post = begin(category=sections[2].pk)
    assert can(other, "edit", post)
    assert not can(editor, "edit", post)


# Nobody lets themselves in


def sign_in_as(client, author, by, **typed):
    """Send the form of an author."""
    client.force_login(by)
    fields = {"name": author.name, "yomi": "", "slug": author.slug, "kind": "person"}
    return client.post(f"/admin/posts/author/{author.pk}/change/", fields | typed)


def test_nobody_claims_the_author_of_a_foreign_manuscript(client, politician, sections):
    author = Author.objects.create(name="記者", slug="a")
    foreign = begin(category=sections[2].pk, bylines=((author.pk, ""),))
    assert sign_in_as(client, author, politician, user=politician.pk).status_code == 302
    author.refresh_from_db()
    assert author.user is None
    assert client.get(at(foreign, "preview/")).status_code == 404


@pytest.mark.parametrize("typed", ["", "own"])
def test_no_editor_takes_a_login_from_an_author(client, editor, writer, typed):
    author = Author.objects.create(name="記者", slug="a", user=writer)
    sign_in_as(client, author, editor, title="論説委員", user=typed and editor.pk)
    author.refresh_from_db()
    assert (author.user, author.title) == (writer, "論説委員")


def test_nobody_makes_an_author_of_their_own(client, politician):
    client.force_login(politician)
    fields = {"name": "新著者", "slug": "new", "kind": "person", "user": politician.pk}
    client.post("/admin/posts/author/add/", fields)
    assert Author.objects.get(name="新著者").user is None


def test_the_log_says_whose_author_it_was_and_is(client, chief, writer, editor):
    author = Author.objects.create(name="記者", slug="a", user=writer)
    sign_in_as(client, author, chief, user=editor.pk)
    event = Event.objects.get(move="relabel")
    assert event.note == "著者：ログイン（writer → editor）"
    assert event.detail["before"] == {"user": writer.pk}
    assert event.detail["after"] == {"user": editor.pk}


def test_the_log_says_whose_a_new_author_is(client, chief, writer):
    client.force_login(chief)
    fields = {"name": "新著者", "slug": "new", "kind": "person", "user": writer.pk}
    client.post("/admin/posts/author/add/", fields)
    assert Event.objects.get(move="relabel").note == "著者：ログイン（なし → writer）"


def test_an_author_is_given_to_people_by_name_who_have_none(client, chief, writer):
    author = Author.objects.create(name="記者", slug="a", user=writer)
    person("taken", "ライター", last_name="既", first_name="存")
    Author.objects.create(name="別の記者", slug="b", user=person("other", last_name="別人"))
    person("gone", last_name="退社", is_active=False)
    client.force_login(chief)
    page = client.get(f"/admin/posts/author/{author.pk}/change/").context["adminform"].form
    offered = {label for _, label in page.fields["user"].choices}
    assert {"writer", "既 存"} <= offered
    assert not offered & {"別人", "退社"}


def test_only_who_manages_people_sees_whose_login_an_author_is(client, writer, editor, chief):
    boss = person("boss-login", "編集長", last_name="山田", first_name="花子")
    author = Author.objects.create(name="論説", slug="a", user=boss)
    for who in (writer, editor):
        client.force_login(who)
        for page in ("", f"{author.pk}/change/"):
            text = client.get(f"/admin/posts/author/{page}").content.decode()
            assert "boss-login" not in text
            assert "山田 花子" not in text
    client.force_login(chief)
    text = client.get("/admin/posts/author/").content.decode()
    assert "山田 花子" in text
    assert "boss-login" not in text


def test_nobody_moves_a_category_into_the_own_beat(client, politician, sections):
    politics, _, sports = sections
    foreign = begin(category=sports.pk)
    with pytest.raises(Refused):
        sports.put_under(politics, politician)
    client.force_login(politician)
    moved = {"category": sports.pk, "move": "under", "parent": politics.pk}
    client.post("/admin/posts/category/order/", moved)
    typed = {"name": "体育", "slug": "sports", "position": 1, "parent": politics.pk}
    assert client.post(f"/admin/posts/category/{sports.pk}/change/", typed).status_code == 302
    sports.refresh_from_db()
    assert (sports.name, sports.parent) == ("体育", None)
    fresh = type(politician).objects.get(pk=politician.pk)
    assert not can(fresh, "view", foreign)


def test_nobody_moves_the_own_beat_elsewhere(politician, sections):
    with pytest.raises(Refused):
        sections[1].put_under(sections[2], politician)


def test_the_own_beat_is_put_in_order(client, politician, sections):
    client.force_login(politician)
    assert 'value="under"' not in client.get("/admin/posts/category/order/").content.decode()
    client.post("/admin/posts/category/order/", {"category": sections[2].pk, "move": "down"})
    assert Event.objects.filter(move="reorder", by=politician).exists()


def test_categories_are_moved_by_those_who_answer_for_all(editor, chief, sections):
    sections[1].put_under(sections[2], editor)
    sections[1].put_under(None, chief)
    assert Event.objects.filter(move="reorder").count() == 2


# What readers see stands in the beat too


@pytest.fixture
def publisher(politician):
    """The editor for politics, who publishes."""
    SiteSettings(pk=1, editors_publish=True).save()
    return type(politician).objects.get(pk=politician.pk)


def hidden_again(post, by, category=None):
    """Take the manuscript out of the category in which it is public."""
    post.write(replace(post.manuscript, category=category), by=by)
    return Post.objects.get(pk=post.pk)


def test_a_live_article_elsewhere_is_not_taken_down(client, publisher, sections):
    post = begin(publisher, category=sections[2].pk)
    post.publish(None)
    for category in (None, sections[0].pk):
        post = hidden_again(post, publisher, category)
        for move in ("unpublish", "fix", "publish", "unschedule"):
            assert not can(publisher, move, post), move
        with pytest.raises(Refused):
            post.unpublish(publisher)
        client.force_login(publisher)
        assert client.post(at(post, "move/unpublish/"), {"sure": "on"}).status_code == 404
        assert post.live()


def test_nor_is_what_waits_elsewhere(publisher, sections):
    post = begin(publisher, category=sections[2].pk)
    post.publish(None, at=timezone.now() + timedelta(hours=1))
    post = hidden_again(post, publisher)
    with pytest.raises(Refused):
        post.unschedule(publisher)
    assert post.waiting()


def test_what_was_public_elsewhere_once_may_come_to_the_beat(publisher, sections):
    post = begin(publisher, category=sections[2].pk)
    post.publish(None)
    post.unpublish(None)
    post = hidden_again(post, publisher, sections[1].pk)
    post.publish(publisher)
    assert post.live().category == sections[1]


def test_an_older_version_is_not_published_elsewhere(publisher, sections):
    post = begin(publisher, category=sections[2].pk)
    post = hidden_again(post, publisher, sections[0].pk)
    first = post.revisions.get(number=1)
    with pytest.raises(Refused):
        post.publish(publisher, first)
    post.publish(publisher)
    assert post.live().category == sections[0]


def test_a_chief_takes_down_what_stands_anywhere(chief, sections):
    Beat.objects.create(user=chief, category=sections[0])
    post = begin(category=sections[2].pk)
    post.publish(None)
    hidden_again(post, None).unpublish(chief)
    assert not post.live()


# What else names a manuscript


def test_no_log_tells_of_what_others_did_with_a_foreign_manuscript(
    client, chief, politician, sections
):
    foreign = begin(title="隠れた題", category=sections[2].pk)
    client.force_login(chief)
    client.get(f"/admin/posts/event/csv/{foreign.pk}/")
    typed = {"path": "/hidden/", "target": "", "post": foreign.pk}
    client.post("/admin/posts/redirect/add/", typed, follow=True)
    assert Event.objects.filter(move__in=["export", "redirect"], post=foreign).count() == 2
    client.force_login(politician)
    csv = b"".join(client.get("/admin/posts/event/csv/").streaming_content).decode()
    for text in (seen(client.get("/admin/posts/event/")), csv):
        assert "隠れた題" not in text
        assert "/hidden/" not in text


def test_the_log_of_a_redirect_keeps_no_title(client, chief, sections):
    post = begin(title="隠れた題")
    client.force_login(chief)
    client.post("/admin/posts/redirect/add/", {"path": "/a/", "target": "", "post": post.pk})
    client.post("/admin/posts/redirect/add/", {"path": "/b/", "target": "/c/"})
    details = Event.objects.filter(move="redirect").order_by("pk").values_list("detail", flat=True)
    assert list(details) == [{"post": post.pk}, {"goal": "/c/"}]


# Imports


def imported(folder, by, *, dry_run=False, **front):
    """Import an article as `by` and return its line of the report."""
    (folder / "2024-01-02-x.md").write_bytes(article("隠れた題", **front))
    options = Options(publish=False, dry_run=dry_run, by=by)
    [result] = run(folder / "2024-01-02-x.md", options).results
    return result


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("state", ["same", "changed", "edited"])
def test_a_file_of_a_foreign_manuscript_is_refused_without_its_name(
    tmp_path, politician, sections, state, dry_run
):
    imported(tmp_path, None, categories="スポーツ")
    post = Post.objects.get()
    if state == "edited":
        rewrite(post, "秘密の題")
    before = rows()
    front = {"categories": "スポーツ"} | ({} if state == "same" else {"excerpt": "別"})
    result = imported(tmp_path, politician, dry_run=dry_run, **front)
    assert (result.outcome, result.title, result.post) == ("不可", "", None)
    assert result.reason == "このファイルは取り込めません。編集長に尋ねてください。"
    assert result.notes == ()
    assert rows() == before


def test_a_file_of_the_beat_is_imported_again(tmp_path, politician):
    imported(tmp_path, None, categories="政治")
    assert imported(tmp_path, politician, categories="政治").outcome == "変更なし"
    assert imported(tmp_path, politician, categories="政治", excerpt="別").outcome == "更新"


def test_an_editors_import_redirects_nothing_and_says_so(tmp_path, editor, chief):
    result = imported(tmp_path, editor, redirect_from=["/a/", "/b/"])
    assert not Redirect.objects.exists()
    assert not Event.objects.filter(move="redirect").exists()
    [note] = result.notes
    assert "/a/、/b/" in note
    imported(tmp_path, chief, redirect_from=["/a/", "/b/"], excerpt="別")
    [again] = imported(tmp_path, editor, redirect_from=["/a/", "/c/"]).notes
    assert "/c/" in again
    assert "/a/" not in again


def test_the_log_keeps_the_redirects_of_a_chiefs_import(tmp_path, chief):
    imported(tmp_path, chief, redirect_from=["/a/", "/b/"])
    event = Event.objects.get(move="redirect")
    assert (event.post, event.by) == (Post.objects.get(), chief)
    assert set(event.detail["paths"]) == set(Redirect.objects.values_list("path", flat=True))
    assert {"/a/", "/b/"} <= set(event.detail["paths"])


# What is for the chiefs


def test_who_does_not_settle_reads_no_settings(client, writer, editor, chief):
    lead = begin(title="公開の題")
    lead.publish(None)
    rewrite(lead, "秘密の新しい題")
    SiteSettings(pk=1, lead=lead).save()
    for who in (writer, editor):
        client.force_login(who)
        for page in ("", "1/change/", "1/history/"):
            answer = client.get(f"/admin/posts/sitesettings/{page}")
            assert answer.status_code == 403, page
            assert "秘密" not in answer.content.decode()
        assert "/admin/posts/sitesettings/" not in client.get("/admin/").content.decode()
    client.force_login(chief)
    assert client.get("/admin/posts/sitesettings/1/change/").status_code == 200


@pytest.mark.parametrize("kind", ["invitation", "reset", "account", "mail"])
def test_letters_that_did_not_arrive_are_for_the_chiefs(client, editor, chief, kind):
    said = {"last_error": "550 taro@example.jp unknown", "due_at": minute(0), "dead": True}
    post = begin(title="題名") if kind == "mail" else None
    Delivery.objects.create(kind=kind, key="letter", post=post, **said)
    Delivery.objects.create(kind="live", key="news", post=begin(), due_at=minute(0), dead=True)
    for who, there in ((editor, False), (chief, True)):
        client.force_login(who)
        for page in ("/admin/", "/admin/posts/delivery/"):
            text = seen(client.get(page))
            assert "公開の記録" in text, page
            assert ("taro@example.jp" in text) == there, page


# What was merged is offered no more


def test_the_list_is_filtered_by_the_categories_there_are(client, editor, sections):
    politics, cabinet, sports = sections
    sports.merge_into(politics, None)
    post = begin(title="内閣の題", category=cabinet.pk)
    begin(title="ほかの題", category=politics.pk)
    client.force_login(editor)
    page = client.get(LIST).content.decode()
    for one in sections:
        there = f"category__id__exact={one.pk}" in page
        assert there == (one != sports), one
    rows = client.get(LIST, {"category__id__exact": cabinet.pk}).context["cl"].result_list
    assert list(rows) == [post]


def test_nobody_answers_for_a_category_that_is_merged(client, chief, editor, sections):
    sections[2].merge_into(sections[0], None)
    client.force_login(chief)
    page = f"/admin/posts/person/{editor.pk}/role/"
    form = client.get(page).context["form"]
    assert set(form.fields["beats"].queryset) == set(sections[:2])
