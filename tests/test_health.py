"""What a front asks: does the process answer, and does the database?"""

import pytest
from django.db import connection


def test_it_says_that_the_process_answers_without_a_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
def test_it_says_that_the_database_answers(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_it_says_when_the_database_does_not_answer(client):
    error = connection.Database.OperationalError

    def refuse(execute, sql, params, many, context):
        with connection.wrap_database_errors:
            raise error("the server closed the connection")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer["Cache-Control"] == "no-store"
    assert "データベース" in answer.content.decode()
    assert "closed" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_it_asks_for_no_session(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert not client.get(address).cookies
