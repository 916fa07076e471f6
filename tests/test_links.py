"""[題](post:slug): resolved at publication, to what is public at that moment, nothing else."""

from functools import partial

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from posts.models import Media, Ready, Span, compose, refresh, render
from tests.admin.desk import LIST, at, form
from tests.cast import begin, minute, rewrite
from tests.imports.sites import png

pytestmark = pytest.mark.django_db

SECRET = "まだ言えない題"


@pytest.fixture
def desk(client, chief):
    """A chief's browser."""
    client.force_login(chief)
    return client


def link(slug="target", words="この記事"):
    """Return a new manuscript that links to `slug`."""
    return begin(title="リンクする", slug="source", body=f"[{words}](post:{slug})を読む。")


def published(number=10, **fields):
    """Return the HTML of such a manuscript, published at that minute."""
    return link(**fields).publish(None, now=minute(number)).html


def target(**fields):
    """Return a manuscript to link to, not public yet."""
    return begin(**({"title": "相手", "slug": "target"} | fields))


def test_it_leads_to_the_address():
    target().publish(None, now=minute(1))
    assert '<a href="/posts/target/">この記事</a>を読む' in published()


def test_without_words_it_says_the_title_that_was_published():
    post = target()
    post.publish(None, now=minute(1))
    rewrite(post, SECRET)
    assert '<a href="/posts/target/">相手</a>' in published(words="")


def test_it_leads_to_a_static_page():
    target(kind="page").publish(None, now=minute(1))
    assert '<a href="/target/">この記事</a>' in published()


@pytest.mark.parametrize("slug", ["first", "second", "target", "TARGET", "%74arget"])
def test_every_slug_it_ever_had_leads_to_it(slug):
    post = target(slug="first")
    for name in ("second", "target"):
        rewrite(post, "相手", slug=name)
    post.publish(None, now=minute(1))
    assert '<a href="/posts/target/">' in published(slug=slug)


def test_a_slug_in_unpublished_changes_leads_to_what_is_public():
    post = target()
    post.publish(None, now=minute(1))
    rewrite(post, SECRET, slug="coming")
    html = published(slug="coming", words="")
    assert '<a href="/posts/target/">相手</a>' in html


def draft():
    target(title=SECRET)


def withdrawn():
    post = target(title=SECRET)
    post.publish(None, now=minute(1))
    post.unpublish(None, now=minute(9))


def over():
    target(title=SECRET).publish(None, until=minute(10), now=minute(1))


def scheduled():
    target(title=SECRET).publish(None, at=minute(11), now=minute(1))


def nothing():
    pass


HIDDEN = [draft, withdrawn, over, scheduled, nothing]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("words", ["この記事", ""])
def test_what_is_hidden_then_looks_like_nothing(hidden, words):
    hidden()
    html = published(words=words)
    assert html == f"<p>{words}を読む。</p>"


@pytest.mark.parametrize("hidden", [draft, withdrawn, nothing])
def test_no_preview_tells_of_it_either(desk, hidden):
    hidden()
    post = link(words="")
    typed = form(post, body="[](post:target)を読んだ。")
    for answer in (
        desk.get(at(post, "preview/")),
        desk.post(at(post, "preview/"), typed),
        desk.post(f"{LIST}preview/", typed | {"slug": "other", "base": 0}),
    ):
        page = answer.content.decode()
        assert "を読" in page
        assert SECRET not in page
        assert "/posts/target/" not in page


def test_what_is_public_by_then_is_linked_from_a_scheduled_edition():
    target().publish(None, at=minute(20), now=minute(1))
    edition = link().publish(None, at=minute(20), now=minute(10))
    assert 'href="/posts/target/"' in edition.html


def test_the_title_is_that_of_the_moment():
    post = target(title="前")
    post.publish(None, now=minute(1))
    rewrite(post, "後")
    post.publish(None, at=minute(20), now=minute(2))
    source = link(words="")
    assert ">前</a>" in compose(source, source.manuscript, Span(minute(19))).edition.html
    assert ">後</a>" in compose(source, source.manuscript, Span(minute(20))).edition.html


def test_a_link_stays_as_it_was_published():
    post = target()
    edition = link().publish(None, now=minute(10))
    post.publish(None, now=minute(11))
    edition.refresh_from_db()
    assert "<a" not in edition.html


# To itself


def test_an_article_may_link_to_itself():
    post = begin(title="自分", slug="own", body="[](post:own#x)と[](post:own)")
    assert '<a href="/posts/own/">自分</a>' in post.publish(None, now=minute(1)).html


def test_by_an_older_slug_and_as_it_will_be():
    post = begin(title="前", slug="old", body="本文。")
    post.publish(None, now=minute(1))
    rewrite(post, "後", slug="new", body="[](post:old)")
    assert '<a href="/posts/new/">後</a>' in post.publish(None, now=minute(2)).html


def test_a_form_that_was_never_saved_does_too(desk):
    typed = form(title="自分の題", slug="own", body="[](post:own)")
    assert (
        '<a href="/posts/own/">自分の題</a>' in desk.post(f"{LIST}preview/", typed).content.decode()
    )


def test_a_page_links_to_itself_as_a_page():
    post = begin(title="案内", slug="about", body="[](post:about)", kind="page")
    assert '<a href="/about/">案内</a>' in post.publish(None, now=minute(1)).html


def test_without_a_slug_of_its_own_nothing_breaks():
    target().publish(None, now=minute(1))
    post = begin(body="[x](post:target)と[](post:題名)と[](post:)")
    assert 'href="/posts/target/"' in post.publish(None, now=minute(2)).html


# What it costs, and what it meets


def queries(body):
    """Return how many queries rendering a body costs."""
    post = begin(body=body)
    manuscript = post.manuscript
    with CaptureQueriesContext(connection) as found:
        render(post, manuscript, minute(20))
    return len(found)


def test_it_costs_the_same_for_one_link_and_for_a_hundred():
    for number in range(100):
        target(slug=f"t{number}").publish(None, now=minute(1))
    many = "\n\n".join(f"[x](post:t{number})" for number in range(100))
    assert queries(many) == queries("[x](post:t1)") == queries("本文。") + 2


@pytest.mark.parametrize("slug", ["a%00b", "%ED%A0%80", "x" * 500, "%F0%9F%98%80", "a/b", "'--"])
def test_an_odd_slug_is_no_error(slug):
    assert published(slug=slug) == "<p>この記事を読む。</p>"


def test_a_body_rendered_before_something_changed_is_rendered_anew():
    other = target(title=SECRET)
    other.publish(None, now=minute(1))
    post = link(words="")
    before = render(post, post.manuscript, minute(5))
    assert SECRET in before.rendered.html
    other.unpublish(None, now=minute(6))
    composed = compose(post, post.manuscript, Span(minute(7)), ready=Ready(body=before))
    assert SECRET not in composed.edition.html


# What waits for its time, when the plan of another changes


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """A block that ends as a commit does: with what is to follow one."""
    return partial(django_capture_on_commit_callbacks, execute=True)


def waiting(number, **fields):
    """Return the edition of a manuscript that links and is scheduled for that minute."""
    return link(**fields).publish(None, at=minute(number), now=minute(1))


def test_a_cancelled_plan_takes_its_title_out_of_what_waits(committed):
    post = target(title=SECRET)
    post.publish(None, at=minute(5), now=minute(1))
    edition = waiting(10, words="")
    assert SECRET in edition.html
    with committed():
        post.unschedule(None, now=minute(2))
    edition.refresh_from_db()
    assert SECRET not in edition.html + edition.plain and "/posts/target/" not in edition.html


def test_a_withdrawal_takes_its_links_out_of_what_waits(committed):
    post = target()
    post.publish(None, now=minute(1))
    edition = waiting(10)
    with committed():
        post.unpublish(None, now=minute(2))
    edition.refresh_from_db()
    assert "/posts/target/" not in edition.html
    with committed():
        post.publish(None, now=minute(3))
    edition.refresh_from_db()
    assert "/posts/target/" in edition.html


def test_two_articles_for_one_minute_link_each_other(committed):
    one, other = link(), target(body="[前の記事](post:source)")
    first = one.publish(None, at=minute(10), now=minute(1))
    with committed():
        second = other.publish(None, at=minute(10), now=minute(2))
    first.refresh_from_db()
    assert "/posts/target/" in first.html and "/posts/source/" in second.html


def test_a_planned_end_is_minded_too(committed):
    post = target()
    post.publish(None, now=minute(1))
    edition = waiting(10)
    with committed():
        post.publish(None, until=minute(8), now=minute(2))
    edition.refresh_from_db()
    assert "/posts/target/" not in edition.html


def test_one_that_cannot_be_made_anew_is_logged_and_holds_up_nothing(committed, caplog):
    post = target(title=SECRET)
    post.publish(None, at=minute(5), now=minute(1))
    body = "[](post:target)"
    broken, other = (
        begin(slug=slug, body=body).publish(None, at=minute(10), now=minute(1))
        for slug in ("broken", "other")
    )

    def break_off(execute, sql, params, many, context):
        if sql.startswith('UPDATE "posts_edition"') and broken.pk in params:
            raise OperationalError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(break_off), committed():
        post.unschedule(None, now=minute(2))
    broken.refresh_from_db()
    other.refresh_from_db()
    assert SECRET in broken.html and SECRET not in other.html
    assert [record.exc_info[0] for record in caplog.records] == [OperationalError]


# What an edition keeps of its body


def test_the_slugs_that_it_names_are_kept_as_the_body_has_them():
    edition = link().publish(None, now=minute(10))
    edition.link_rows.update(slug="stale")
    refresh(edition, minute(11))
    assert [row.slug for row in edition.link_rows.all()] == ["target"]
    kept = edition.link_rows.get()
    refresh(edition, minute(12))
    assert edition.link_rows.get() == kept


def test_the_pictures_that_it_shows_are_kept_with_its_cover():
    cover, shown = (Media.keep(png(color), "a.png", by=None) for color in ("red", "blue"))
    body = f"![図]({shown.url})"
    edition = begin(body=body, cover=cover.pk).publish(None, now=minute(10))
    kept = edition.picture_rows.get(media=cover)
    edition.picture_rows.filter(media=shown).delete()
    edition.picture_rows.create(media=Media.keep(png("green"), "b.png", by=None))
    refresh(edition, minute(11))
    assert {row.media for row in edition.picture_rows.all()} == {cover, shown}
    assert edition.picture_rows.get(media=cover) == kept
