"""Merging: what stood under one stands under the other, everywhere, and its address leads on."""

import pytest

from posts.models import Event, Post, Refused, compose, resolve
from posts.models.timeline import Span
from tests.cast import begin, minute, rewrite
from tests.merges.shelves import FOLDERS, KINDS, pair, under

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("model", KINDS)]


def leads(client, model, slug, page=""):
    """Return status and Location of a list."""
    answer = client.get(f"/{FOLDERS[model]}/{slug}/{page}")
    return answer.status_code, answer.get("Location")


def titles(client, model, slug):
    """Return the titles in a list."""
    cards = client.get(f"/{FOLDERS[model]}/{slug}/").context["cards"]
    return {card.edition.title for card in cards}


def test_its_articles_stand_in_the_other_list(client, chief, model):
    old, new = pair(model)
    for title, row in (("一", old), ("二", new)):
        begin(title=title, **under(row)).publish(None, now=minute(1))
    old.merge_into(new, chief)
    assert titles(client, model, "new") == {"一", "二"}
    assert leads(client, model, "old") == (301, f"/{FOLDERS[model]}/new/")


def test_manuscripts_and_their_next_editions_follow(chief, model):
    old, new = pair(model)
    post = begin(**under(old))
    old.merge_into(new, chief)
    post = Post.objects.get()
    assert post.manuscript == resolve(post.head.manuscript)
    composed = compose(post, post.head.manuscript, Span(minute(1)))
    assert shown(composed) == [new]


def shown(composed):
    """Return what an edition stands under."""
    edition = composed.edition
    rows = [*(row.tag for row in composed.tags), *(row.author for row in composed.bylines)]
    return [row for row in (edition.category, edition.series, *rows) if row]


def test_an_older_revision_is_restored_under_the_other(chief, model):
    old, new = pair(model)
    post = begin(**under(old))
    empty = {"category": None, "series": None, "tags": (), "bylines": ()}
    rewrite(post, "二", **empty)
    old.merge_into(new, chief)
    post.restore(post.revisions.get(number=1), by=chief)
    assert post.manuscript == begin(**under(new)).manuscript


def test_what_readers_once_saw_keeps_its_text(chief, model):
    old, new = pair(model)
    post = begin(**under(old))
    post.publish(None, now=minute(1))
    leave = {"category_id", "series_id"}
    before = post.editions.values().get()
    old.merge_into(new, chief)
    after = post.editions.values().get()
    assert {name for name in before if before[name] != after[name]} <= leave


def test_it_stays_for_good_and_says_where_it_went(chief, model):
    old, new = pair(model)
    old.merge_into(new, chief)
    old.refresh_from_db()
    assert (old.merged_into, old.current) == (new, new)
    [event] = Event.objects.filter(move="merge")
    assert (event.title, event.by, event.detail["rows"]) == ("old", chief, [old.pk, new.pk])
    assert "new" in event.note


def test_its_name_is_the_other_one_from_now_on(chief, model):
    old, new = pair(model)
    old.merge_into(new, chief)
    found = model.named(["old"]) if model.__name__ == "Tag" else [model.named("old")]
    assert found == [new]


def test_merges_of_merges_lead_on_in_one_step(client, chief, model):
    old, new = pair(model)
    newest = model.objects.create(name="newest", slug="newest")
    begin(**under(old)).publish(None)
    old.merge_into(new, chief)
    new.merge_into(newest, chief)
    old.refresh_from_db()
    assert old.merged_into == newest
    for slug in ("old", "new"):
        assert leads(client, model, slug) == (301, f"/{FOLDERS[model]}/newest/")


def test_addresses_of_before_lead_on(client, chief, model):
    old, new = pair(model)
    begin(**under(old)).publish(None)
    old.slug = "renamed"
    old.save()
    old.merge_into(new, chief)
    for slug in ("old", "renamed"):
        assert leads(client, model, slug) == (301, f"/{FOLDERS[model]}/new/")


def test_an_address_that_becomes_its_own_again_leads_nowhere_else(client, chief, model):
    old, new = pair(model)
    begin(**under(new)).publish(None)
    new.slug = "newer"
    new.save()
    new.slug = "new"
    new.save()
    old.merge_into(new, chief)
    assert leads(client, model, "new") == (200, None)
    assert leads(client, model, "newer") == (301, f"/{FOLDERS[model]}/new/")


def test_nothing_is_merged_into_itself(chief, model):
    old, _ = pair(model)
    with pytest.raises(Refused, match="自分自身"):
        old.merge_into(old, chief)


def test_what_was_merged_is_not_merged_again(chief, model):
    old, new = pair(model)
    other = model.objects.create(name="other", slug="other")
    old.merge_into(new, chief)
    stale = model.objects.get(pk=old.pk)
    for source, target in ((stale, other), (other, stale), (new, stale)):
        with pytest.raises(Refused, match="「old」は、もう「new」に統合されています"):
            source.merge_into(target, chief)


def test_what_is_gone_is_not_merged(chief, model):
    old, new = pair(model)
    gone = model.objects.get(pk=new.pk)
    new.delete()
    with pytest.raises(Refused, match="もうありません"):
        old.merge_into(gone, chief)


@pytest.mark.parametrize("name", ["writer", "editor", "outsider"])
def test_only_a_chief_merges(request, model, name):
    old, new = pair(model)
    with pytest.raises(Refused, match="編集長"):
        old.merge_into(new, request.getfixturevalue(name))
    old.refresh_from_db()
    assert old.merged_into is None


def test_it_costs_the_same_for_many_articles(django_assert_max_num_queries, chief, model):
    old, new = pair(model)
    for number in range(12):
        post = begin(slug=f"s{number}", **under(*((old, new) if number % 2 else (old,))))
        post.publish(None)
    with django_assert_max_num_queries(32):
        old.merge_into(new, chief)
