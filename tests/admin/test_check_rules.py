"""The page on which the checks before a publication are made stricter or milder."""

import pytest

from posts.models import CHECKS, Category, CheckRule, Event
from tests.admin.desk import seen

pytestmark = pytest.mark.django_db
RULES = "/admin/posts/checkrule/"


def levels(**changed):
    """Return what the page posts: the levels as they come, and some changed."""
    return {check.name: check.level for check in CHECKS} | changed


def test_what_differs_from_the_start_is_kept(client, chief):
    client.force_login(chief)
    client.post(RULES, levels(byline="block", category="off"))
    kept = dict(CheckRule.objects.values_list("check_name", "level"))
    assert kept == {"byline": "block", "category": "off"}
    client.post(RULES, levels(byline="block"))
    assert CheckRule.objects.count() == 1


def test_the_log_says_who_changed_what(client, chief):
    client.force_login(chief)
    client.post(RULES, levels(byline="block"))
    event = Event.objects.get(move="checks")
    assert (event.by, event.post_id, event.detail) == (chief, None, {"byline": "block"})
    client.post(RULES, levels(byline="block"))
    assert Event.objects.filter(move="checks").count() == 1


def test_an_unknown_level_changes_nothing(client, chief):
    client.force_login(chief)
    assert client.post(RULES, levels(byline="ignore")).status_code == 200
    assert not CheckRule.objects.exists()


def test_an_exception_names_a_category(client, chief):
    category = Category.objects.create(name="広告", slug="pr")
    client.force_login(chief)
    add = f"{RULES}add/"
    assert client.post(add, {"check_name": "byline", "level": "off"}).status_code == 200
    assert not CheckRule.objects.exists()
    data = {"check_name": "byline", "level": "off", "category": category.pk}
    assert client.post(add, data).status_code == 302
    assert "広告：署名" in seen(client.get(RULES))
    assert client.post(add, data).status_code == 200  # once is enough
    assert CheckRule.objects.count() == 1


@pytest.mark.parametrize("name", ["writer", "editor"])
def test_others_look_and_change_nothing(client, request, name):
    client.force_login(request.getfixturevalue(name))
    page = client.get(RULES)
    assert page.status_code == 200
    assert "保存" not in seen(page)
    assert client.post(RULES, levels(byline="block")).status_code == 403
    assert client.get(f"{RULES}add/").status_code == 403
    assert not CheckRule.objects.exists()


def test_an_exception_never_moves_to_the_whole_site(client, chief):
    category = Category.objects.create(name="広告", slug="pr")
    rule = CheckRule.objects.create(check_name="byline", level="off", category=category)
    client.force_login(chief)
    answer = client.post(f"{RULES}{rule.pk}/change/", {"check_name": "byline", "level": "off"})
    assert answer.status_code == 200
    rule.refresh_from_db()
    assert rule.category == category
