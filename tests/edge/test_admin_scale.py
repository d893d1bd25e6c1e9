"""A hundred thousand accounts cost an administrator's page no more than a thousand."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logto_auth.admin.paginator import CAP
from logto_auth.models import LinkedIdentity, LogtoAccount
from tests.edge.many_accounts import FIRST_USER, forget_accounts, write_accounts
from tests.edge.query_plans import accesses

LIST = "/admin/logto_auth/logtoaccount/"
LAST_PAGE = CAP // 50
FEW, MANY = 1_000, 100_000
#: Statements for a page, whatever it shows; two of them are Django's, for who asks.
MOST_QUERIES = 9
#: Rows and index entries that one statement may read: half of the accounts' table, the
#: smallest of those concerned.
MOST_ROWS = MANY // 2
#: A table of so few rows, such as that of sessions, is not worth an index.
SMALL = 100

LISTS = {
    "all": "",
    "the second page": "p=2",
    "the last page": f"p={LAST_PAGE}",
    "longest ago first": "o=3",
    "a provider of most": "provider=google",
    "a provider of most, last page": f"provider=google&p={LAST_PAGE}",
    "a provider of one in eight": "provider=line",
    "a provider of one in seventeen": "provider=x",
    "a provider of ten": "provider=kakao",
    "a provider that everybody has left": "provider=naver",
    "a provider of nobody": "provider=nowhere",
    "tokens not told": "token=unknown",
    "no tokens": "token=none",
    "valid tokens": "token=valid",
    "expired tokens": "token=expired",
    "refreshable tokens": "token=refreshable",
    "expired tokens at a provider": "token=expired&provider=google",
    "refreshable tokens at a provider": "token=refreshable&provider=google",
    "suspended": "suspended=yes",
    "not suspended": "suspended=no",
    "not suspended, last page": f"suspended=no&p={LAST_PAGE}",
    "signed in today": "last_sign_in=today",
    "signed in this week": "last_sign_in=week",
    "signed in this month": "last_sign_in=month",
    "signed in longer ago": "last_sign_in=older",
    "never signed in": "last_sign_in=never",
    "several filters": "provider=google&suspended=no&last_sign_in=older",
    "a letter": "q=a",
    "a frequent name": "q=kim",
    "a name of one in sixteen": "q=smith",
    "a beginning of one in nine": "q=user-5",
    "a rare name": "q=zoe",
    "a word of nobody": "q=nobody",
    "a frequent and a rare word": "q=a+zoe",
    "a filter and a letter": "provider=google&q=a",
    "a filter and a rare name": "provider=google&q=zoe",
}


def searches():
    """Return the searches whose words the database has made up."""
    account = LogtoAccount.objects.get(pk=7)
    identity = LinkedIdentity.objects.filter(account=account).earliest("pk")
    return {
        "Logto's user id": f"q={account.subject}",
        "a provider's user id": f"q={identity.provider_user_id}",
        "an e-mail address": f"q={account.search_terms.get(term__contains='@').term}",
    }


def statements_of_pages():
    """Return the SELECTs of each page, by what it shows."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("administrator"))
    lists = {**LISTS, **searches()}
    pages = {name: f"{LIST}?{query}" for name, query in lists.items()}
    pages["one account"] = f"{LIST}7/change/"
    pages["one user"] = f"/admin/auth/user/{FIRST_USER + 7}/change/"
    for page in ("one account", "one user"):
        client.get(pages[page])  # Django remembers content types from then on
    return {name: statements_of(client, path) for name, path in pages.items()}


def statements_of(client, path):
    with CaptureQueriesContext(connection) as context:
        assert client.get(path).status_code == 200, path
    return [query["sql"] for query in context.captured_queries]


def faults(name, statement):
    """Yield what is wrong with the way that a statement of a page is carried out."""
    read = accesses(statement)
    told = "\n    ".join(map(str, [statement[:500], *read]))
    if any(access.is_whole and access.rows > SMALL for access in read):
        yield f"{name}: a table is scanned\n    {told}"
    if sum(access.rows for access in read) > MOST_ROWS:
        yield f"{name}: more than {MOST_ROWS} rows\n    {told}"


@pytest.fixture
def accounts(transactional_db):
    """Writes as many accounts as are asked for, instead of those before."""
    yield write_accounts
    forget_accounts()


@pytest.mark.xdist_group("many accounts")
@pytest.mark.django_db(transaction=True)
def test_no_page_asks_more_or_scans_a_table_with_a_hundred_thousand_accounts(accounts):
    # One test: the accounts take longer to write than the pages to show.
    accounts(FEW)
    few = {name: len(asked) for name, asked in statements_of_pages().items()}
    assert max(few.values()) <= MOST_QUERIES, few
    # SQLite tells neither how many rows it reads nor whether it stops early.
    tells_plans = connection.vendor in ("postgresql", "mysql")
    accounts(MANY if tells_plans else 2 * FEW)
    pages = statements_of_pages()
    assert any(" ASC" in asked for asked in pages["longest ago first"])
    assert {name: len(asked) for name, asked in pages.items()} == few
    found = [
        fault
        for name, asked in pages.items()
        for statement in asked
        if tells_plans
        for fault in faults(name, statement)
    ]
    assert not found, "\n".join(found)
