"""Whatever Logto tells of a person, they are signed in or not, and pages show it."""

import json
import time

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from logto_auth.models import LinkedIdentity, LogtoAccount
from tests.properties.json_values import (
    Change,
    Document,
    Verbatim,
    deep,
    documents,
    plain_values,
    texts,
    values,
    written,
)
from tests.properties.mutations import Mutation, several_mutations
from tests.properties.profiles import examples
from tests.properties.shown import shown, signed_in_or_not

pytestmark = [pytest.mark.once, pytest.mark.django_db]

CLAIMS = (
    "name",
    "given_name",
    "family_name",
    "username",
    "preferred_username",
    "email",
    "email_verified",
    "phone_number",
    "picture",
    "profile",
    "website",
    "roles",
    "organizations",
    "organization_data",
    "organization_roles",
    "custom_data",
    "identities",
    "sso_identities",
    "address",
    "created_at",
    "updated_at",
)

details = st.dictionaries(
    st.sampled_from(["name", "email", "avatar", "id", "access_token", "rawData"])
    | texts,
    plain_values,
    max_size=4,
)
identity = st.fixed_dictionaries(
    {},
    optional={
        "userId": texts | plain_values,
        "details": details | plain_values,
        "issuer": texts | plain_values,
        "identityId": texts | plain_values,
        "detail": details | plain_values,
    },
)
#: Where Logto has lists and objects, those are likely.
shaped = st.one_of(
    st.builds(
        Change,
        st.just("add"),
        st.just("identities"),
        st.dictionaries(texts, identity | plain_values, max_size=4),
    ),
    st.builds(
        Change,
        st.just("add"),
        st.just("sso_identities"),
        st.lists(identity | plain_values, max_size=4),
    ),
    st.builds(
        Change,
        st.just("add"),
        st.sampled_from(["organizations", "organization_roles", "roles"]),
        st.lists(texts | plain_values, max_size=4),
    ),
    st.builds(
        Change,
        st.just("add"),
        st.just("organization_data"),
        st.lists(
            st.fixed_dictionaries({}, optional={"id": values, "name": values}),
            max_size=3,
        ),
    ),
)
told = documents(CLAIMS) | st.lists(shaped, min_size=1, max_size=3).map(
    lambda done: Document(tuple(done))
)


def forge(world, changed):
    """Let userinfo be as ``changed`` makes it, and about the right person."""

    def forged(document):
        added = {change.name for change in changed.changes if change.kind == "add"}
        kept = {
            name: value
            for name, value in document.items()
            if name == "sub" or name not in added
        }
        pairs = [pair for pair in changed(kept).pairs if pair[0] != "sub"]
        body = ",".join(
            f"{json.dumps(name)}:{written(value)}"
            for name, value in [("sub", document["sub"]), *pairs]
        )
        return f"{{{body}}}".encode(errors="surrogatepass")

    world.logto.forge_userinfo = forged


@pytest.mark.catalogue(73, 83)
@given(first=told, second=told)
@example(Document(()), Document(()))
@example(
    Document((Change("set", "created_at", Verbatim("9" * 400)),)),
    Document((Change("set", "updated_at", Verbatim("-" + "9" * 400)),)),
)
@example(Document((Change("set", "name", "\0"),)), Document((Change("drop", "name"),)))
@example(
    Document((Change("set", "name", "\ud800"),)),
    Document((Change("set", "custom_data", deep(60)),)),
)
@example(
    Document((Change("add", "identities", {"\0": {"userId": "\0", "details": None}}),)),
    Document((Change("add", "identities", {"\ufffd": {"userId": "\ufffd"}}),)),
)
@example(
    Document((Change("mutate", "email", None, Mutation("upper")),)),
    Document((Change("set", "email", "ﬀ@example.com"),)),
)
@example(Document(()), Document((Change("add", "address", "demo-secret"),)))
@examples(15)
def test_whatever_is_told_signs_in_whole_or_not_at_all(world, first, second):
    with world.example() as visit:
        forge(world, first)
        account = signed_in_or_not(visit, visit.get(visit.callback_url()))
        if account is None:
            return
        shown(visit, account)
        # What is told the next time is mirrored, or nothing is.
        visit.client = Client()
        forge(world, second)
        before = account.userinfo
        response = visit.get(visit.callback_url())
        again = LogtoAccount.objects.select_related("user").get()
        assert (again.pk, again.user_id) == (account.pk, account.user_id)
        if response.status_code == 302:
            assert visit.is_signed_in
            shown(visit, again)
        else:
            assert response.context["error"].status >= 400
            assert not visit.is_signed_in
            assert again.userinfo == before


@pytest.mark.catalogue(71)
@given(sub=values | several_mutations)
@example("")
@example(Verbatim("[]"))
@example(Mutation("upper"))
@example(Mutation("append", piece=" "))
@example(Mutation("append", piece="\0"))
@examples(35)
def test_userinfo_of_anybody_else_is_refused(world, sub):
    with world.example() as visit:
        own = world.logto.people["alice"].sub
        sub = sub(own) if callable(sub) else sub

        def forged(document):
            # In front, where the right one comes after it, it is a name twice.
            return written({**document, "sub": sub}).encode(errors="surrogatepass")

        url = visit.callback_url()
        world.logto.forge_userinfo = forged
        response = visit.get(url)
        if sub == own:
            visit.accepted(response)
        else:
            assert visit.refused(response).code == "provider_response_invalid"


@pytest.mark.catalogue(72)
@given(document=values)
@example({})
@example([])
@example(Verbatim('{"sub"'))
@example(Verbatim("\ufeff{}"))
@examples(25)
def test_what_is_no_userinfo_is_refused(world, document):
    with world.example() as visit:
        url = visit.callback_url()
        body = written(document).encode(errors="surrogatepass")
        world.logto.forge_userinfo = lambda _: body
        visit.refused(visit.get(url))


@pytest.mark.catalogue(73, 75)
@pytest.mark.parametrize("setting", ["JOIN_BY_EMAIL", "REQUIRED_CLAIMS", "USER_FIELDS"])
@given(changed=told)
@examples(20)
def test_settings_about_claims_take_any_claim(world, settings, setting, changed):
    value = {
        "JOIN_BY_EMAIL": True,
        "REQUIRED_CLAIMS": {"custom_data.a": [True, "yes"], "roles": ["reader"]},
        "USER_FIELDS": {
            "first_name": ("name", "sign_in"),
            "last_name": ("custom_data.name", "sign_in"),
            "email": ("email", "sign_in"),
            "date_joined": ("created_at", "sign_in"),
        },
    }[setting]
    settings.LOGTO = {**settings.LOGTO, setting: value}
    with world.example() as visit:
        users = get_user_model().objects
        pat = users.create_user("pat", "alice@example.com", first_name="Pat")
        forge(world, changed)
        response = visit.get(visit.callback_url())
        pat.refresh_from_db()
        joined = LogtoAccount.objects.filter(user=pat).exists()
        assert joined <= (setting == "JOIN_BY_EMAIL")
        assert visit.is_signed_in == (response.status_code == 302)
        accounts = LogtoAccount.objects.count()
        assert accounts == visit.is_signed_in == users.count() - 1 + joined
        assert LinkedIdentity.objects.exclude(account__user__isnull=False).count() == 0
        if not joined:
            assert (pat.first_name, pat.email) == ("Pat", "alice@example.com")


@pytest.mark.catalogue(73)
def test_times_are_shown_however_far_away(world):
    with world.example() as visit:
        far = [10**11, 10**13, 10**20, 10**400, -(10**20), 1e300, time.time()]
        world.logto.forge_userinfo = lambda document: {
            **document,
            "created_at": far[3],
            "custom_data": {"iat": far, "exp": {"auth_time": far[3]}},
            "address": {"updated_at": far[3]},
        }
        shown(visit, visit.accepted(visit.sign_in()))
