"""Renaming: an address that readers knew leads to the new one, and nobody else takes it."""

from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError

from posts.models import Redirect, Tag
from tests.cast import begin
from tests.merges.shelves import FOLDERS, KINDS, pair, under

pytestmark = pytest.mark.django_db
every = pytest.mark.parametrize("model", KINDS)


def rename(row, slug):
    row.slug = slug
    row.save()


def get(client, model, slug, page=""):
    answer = client.get(quote(f"/{FOLDERS[model]}/{slug}/{page}"))
    return answer.status_code, answer.get("Location")


@every
def test_the_old_address_leads_to_the_new_one(client, model):
    row, _ = pair(model)
    begin(**under(row)).publish(None)
    rename(row, "新しい住所")
    new = quote(f"/{FOLDERS[model]}/新しい住所/")
    assert get(client, model, "old") == (301, new)
    assert get(client, model, "old", "page/2/") == (301, f"{new}page/2/")
    assert get(client, model, "old", "nothing/") == (404, None)
    rename(row, "newest")
    for slug in ("old", "新しい住所"):
        assert get(client, model, slug) == (301, f"/{FOLDERS[model]}/newest/")


@every
def test_an_address_that_no_reader_knew_is_forgotten(client, model):
    row, _ = pair(model)
    post = begin(**under(row))
    rename(row, "second")
    post.publish(None)
    assert get(client, model, "old") == (404, None)
    assert not Redirect.objects.exists()


@every
def test_an_old_address_leads_nowhere_while_nothing_is_there(client, model):
    row, _ = pair(model)
    post = begin(**under(row))
    post.publish(None)
    rename(row, "second")
    post.unpublish(None)
    assert get(client, model, "old") == (404, None)


@every
def test_an_old_address_is_not_taken_by_another(model):
    row, other = pair(model)
    begin(**under(row)).publish(None)
    rename(row, "second")
    other.slug = "old"
    with pytest.raises(ValidationError, match="移転しています"):
        other.full_clean()
    row.slug = "old"
    row.full_clean()


def test_no_new_tag_takes_an_old_address_by_itself():
    [tag] = Tag.named(["札"])
    begin(tags=(tag.pk,)).publish(None)
    first = tag.slug
    rename(tag, "second")
    tag.name = "別の名"
    tag.save()
    [made] = Tag.named(["札"])
    assert made.slug not in {first, "second"}


def test_what_was_not_loaded_is_not_renamed():
    Tag.named(["札"])
    tag = Tag.objects.only("yomi").get()
    tag.yomi = "ふだ"
    tag.save(update_fields=["yomi"])
    assert not Redirect.objects.exists()
