"""No address of the desk is without an expectation."""

import re

from django.urls import get_resolver, resolve

from tests.access.test_manuscripts import BULK, MANUSCRIPT, MOVES, REVIEW, SENT
from tests.access.test_pages import DOORS, OPEN, PAGES, SAVES
from tests.admin.desk import LIST


def test_no_address_of_the_desk_is_without_an_expectation():
    """A new page of the admin is first written into a table of this folder."""
    of_a_manuscript = {*MANUSCRIPT, *SENT, *REVIEW, *(f"move/{move}/" for move in MOVES)}
    listed = {f"{LIST}1/{way.partition(' ')[0]}" for way in of_a_manuscript}
    listed |= {f"{LIST}bulk/{move}/" for move in BULK}
    listed |= {*PAGES, *SAVES, *OPEN.values(), *DOORS}
    plain = {re.sub(r"{\w+}", "1", one.partition("?")[0]) for one in listed}
    routes = {resolve(address).route for address in plain}
    there = {route for route in every(get_resolver().url_patterns) if route.startswith("admin/")}
    assert there - routes == set()


def every(patterns, before=""):
    """Yield the routes of all addresses below `patterns`."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if hasattr(pattern, "url_patterns"):
            yield from every(pattern.url_patterns, route)
        else:
            yield route
