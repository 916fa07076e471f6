"""What was merged leads on where readers knew it, and looks like what never was where not."""

import pytest

from posts.models import Post
from tests.cast import begin, minute
from tests.merges.shelves import FOLDERS, KINDS, pair, under

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("model", KINDS)]


def ask(client, model, rest=""):
    """Return what the address of what was merged answers."""
    answer = client.get(f"/{FOLDERS[model]}/old/{rest}")
    return answer.status_code, answer.get("Location")


@pytest.mark.parametrize("rest", ["", "feed.xml", "page/2/"])
def test_it_leads_on(client, model, rest):
    old, new = pair(model)
    begin(**under(old)).publish(None)
    old.merge_into(new, None)
    assert ask(client, model, rest) == (301, f"/{FOLDERS[model]}/new/{rest}")
    assert client.get(f"/{FOLDERS[model]}/new/").status_code == 200


def test_it_leads_on_when_what_readers_knew_is_over(client, model):
    old, new = pair(model)
    begin(**under(old)).publish(None, now=minute(1), until=minute(2))
    old.merge_into(new, None)
    assert ask(client, model) == (404, None)
    begin(**under(new)).publish(None)
    assert ask(client, model) == (301, f"/{FOLDERS[model]}/new/")


@pytest.mark.parametrize("rest", ["", "feed.xml", "page/1/", "page/2/"])
def test_it_gives_no_hidden_name_away(client, model, rest):
    old, new = pair(model)
    begin(**under(old))
    begin(**under(new)).publish(None)
    before = ask(client, model, rest)
    old.merge_into(new, None)
    assert ask(client, model, rest) == before
    Post.objects.get(version=1, editions=None).publish(None)
    assert ask(client, model, rest) == before
