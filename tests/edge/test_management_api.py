"""The Management API client: one code path, its token, retries and refusals."""

import asyncio
import base64
import inspect
import json
import threading
import time

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.views.debug import ExceptionReporter

from logto_auth.errors import (
    ManagementAccessDenied,
    ManagementCredentialsMissing,
    ManagementEntityNotFound,
    ManagementRequestInvalid,
    ManagementRequestRefused,
    ProviderBusy,
    ProviderResponseInvalid,
    ProviderTimeout,
    ProviderUnreachable,
)
from logto_auth.management_api import (
    AsyncManagementApi,
    Credentials,
    ManagementApi,
    resource_of,
)
from logto_auth.management_api.access import access_of
from logto_auth.testing import Application, Fault

TOKEN = "/oidc/token"
CONNECTORS = "/api/connectors"
HOOK = {"name": "a hook", "events": ["User.Created"], "config": {"url": "https://x.y/"}}


@pytest.fixture
def other_process(monkeypatch):
    """Makes what follows another worker: it has the cache, and no memory of a token."""

    def begin():
        access_of(Credentials.from_settings())._token = None

    return begin


@pytest.fixture
def api(logto):
    return ManagementApi()


@pytest.fixture(params=["blocking", "on a loop"])
def ask(request, logto):
    """Calls an operation by its name, in both modes."""
    if request.param == "blocking":
        return lambda name, *args, patience=60: getattr(
            ManagementApi(patience=patience), name
        )(*args)

    async def awaited(name, *args, patience=60):
        return await getattr(AsyncManagementApi(patience=patience), name)(*args)

    return lambda name, *args, **options: asyncio.run(awaited(name, *args, **options))


@pytest.fixture
def no_waiting(monkeypatch):
    """The pauses between attempts, which take no time."""
    waits = []
    from logto_auth.engine import mode

    async def sleep(self, seconds):
        waits.append(seconds)

    monkeypatch.setattr(mode.Blocking, "sleep", sleep)
    monkeypatch.setattr(mode._OnLoop, "sleep", sleep)
    return waits


def test_both_clients_return_the_same(ask):
    connectors = ask("list_connectors")
    targets = {item.target for item in connectors}
    assert targets == {"huggingface", "facebook", "naver", "my-oidc"}
    assert ask("get_connector", connectors[1].id) == connectors[1]
    assert ask("get_sign_in_experience").social_targets[0] == "huggingface"
    assert ask("get_application", "demo-app").type == "Traditional"


def test_what_is_created_can_be_changed_and_deleted(ask, logto):
    hook = ask("create_hook", HOOK)
    assert ask("update_hook", hook.id, {"name": "renamed"}).name == "renamed"
    assert [item.id for item in ask("list_hooks")] == [hook.id]
    assert ask("delete_hook", hook.id) is None
    assert logto.hooks == []


def test_a_blocking_client_on_a_loop_says_so(api):
    from django.core.exceptions import SynchronousOnlyOperation

    async def on_a_loop():
        api.list_hooks()

    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(on_a_loop())


def test_one_token_serves_many_calls_and_both_clients(logto):
    ManagementApi().list_hooks()
    ManagementApi().list_connectors()
    asyncio.run(AsyncManagementApi().list_hooks())
    assert logto.count(TOKEN) == 1


def test_other_workers_find_the_token_in_the_cache(logto, other_process):
    ManagementApi().list_hooks()
    other_process()
    ManagementApi().list_hooks()
    assert logto.count(TOKEN) == 1


def test_who_reads_the_cache_reads_no_token(logto, settings, other_process):
    cache.clear()  # of what other tests' machines left
    ManagementApi().list_hooks()
    (token,) = [
        value for value, name in logto.secrets.items() if name == "access_token"
    ]
    stored = [value for key, value in _cached() if "management" in key]
    assert len(stored) == 1
    readable = stored[0].encode() + base64.b64decode(stored[0])
    assert token.encode() not in readable
    other_process()
    settings.SECRET_KEY = "another"
    ManagementApi().list_hooks()
    assert logto.count(TOKEN) == 2


def test_a_cache_that_holds_something_else_is_no_obstacle(logto, other_process):
    cache.clear()  # of what other tests' machines left
    ManagementApi().list_hooks()
    (key,) = [key for key, _ in _cached() if "management" in key]
    for garbage in ("", "not base64", "AAAA", {"a": 1}):
        cache.set(key.partition(":1:")[2], garbage)
        other_process()
        assert ManagementApi().list_hooks() == []


def _cached():
    """Yield what is in the cache, whose backend keeps it in memory."""
    return [(key, cache.get(key.partition(":1:")[2])) for key in list(cache._cache)]


def test_threads_without_a_token_fetch_one_together(logto):
    logto.faults.put(TOKEN, Fault(delay=0.2))
    api = ManagementApi()
    threads = [threading.Thread(target=api.list_hooks) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logto.count("/api/hooks") == 8
    assert logto.count(TOKEN) == 1


def test_a_token_that_logto_refuses_is_replaced_once(ask, logto):
    ask("list_hooks")
    logto.rotate_keys(keep_previous=False)
    assert ask("list_hooks") == []
    assert logto.count(TOKEN) == 2
    assert logto.count("/api/hooks") == 3


def test_a_token_refused_twice_is_an_error(ask, logto):
    logto.faults.put(
        "/api/hooks", Fault(status=401, body='{"code": "auth.unauthorized"}')
    )
    with pytest.raises(ManagementAccessDenied) as raised:
        ask("list_hooks")
    assert raised.value.reason == "auth.unauthorized"
    assert logto.count("/api/hooks") == 2


def test_a_token_is_not_used_to_its_last_minute(api, logto, settings):
    import time_machine

    api.list_hooks()
    with time_machine.travel(logto.clock.now() + 3600 - 59, tick=True):
        logto.clock.advance(3600 - 59)
        api.list_hooks()
    assert logto.count(TOKEN) == 2


@pytest.mark.parametrize(
    ("changes", "reason", "hint"),
    [
        ({"M2M_APP_SECRET": "wrong"}, "invalid_client", "check M2M_APP_SECRET"),
        ({"M2M_APP_ID": "wrong"}, "unknown_application", "check M2M_APP_ID"),
        (
            {"M2M_RESOURCE": "https://elsewhere.example/api"},
            "invalid_target",
            "check M2M_RESOURCE",
        ),
        (
            {"M2M_APP_ID": "demo-app", "M2M_APP_SECRET": "demo-secret"},
            "invalid_request",
            "machine-to-machine",
        ),
    ],
)
def test_credentials_that_are_not_right_are_told_apart(
    ask, settings, changes, reason, hint
):
    settings.LOGTO = {**settings.LOGTO, **changes}
    with pytest.raises(ManagementAccessDenied) as raised:
        ask("list_hooks")
    assert raised.value.reason == reason
    assert hint in str(raised.value)


def test_a_machine_without_the_role_is_told_so(ask, logto, settings):
    logto.applications["idle"] = Application(
        "idle", "idle-machine-secret", (), (), type="MachineToMachine"
    )
    settings.LOGTO = {
        **settings.LOGTO,
        "M2M_APP_ID": "idle",
        "M2M_APP_SECRET": "idle-machine-secret",
    }
    with pytest.raises(ManagementAccessDenied) as raised:
        ask("list_hooks")
    assert (raised.value.reason, raised.value.http_status) == ("auth.forbidden", 403)


def test_a_role_that_comes_later_is_enough(ask, logto):
    machine = logto.applications["demo-machine"]
    role, machine.roles = machine.roles, ()
    with pytest.raises(ManagementAccessDenied):
        ask("list_hooks")
    machine.roles = role
    # Half a minute later.
    access_of(Credentials.from_settings())._no_renewal_before = 0.0
    assert ask("list_hooks") == []


def test_who_waits_for_anothers_token_waits_no_longer_than_for_logto(
    api, logto, settings
):
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 0.5}
    logto.faults.put(TOKEN, Fault(hang=True))
    ended = []

    def ask_once():
        began = time.monotonic()
        with pytest.raises(ProviderTimeout):
            api.create_hook(HOOK)
        ended.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask_once) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 6 and max(ended) < 2


def test_secrets_are_in_no_error_report(api, logto, rf):
    logto.faults.put("/api/connectors", Fault(status=422, body="{}", method="POST"))
    secret = "the-secret-of-a-connector"
    body = {"connectorId": "facebook-universal", "config": {"clientSecret": secret}}
    try:
        api.create_connector(body)
    except ManagementRequestRefused as error:
        beyond_this_test = error.__traceback__.tb_next
        report = ExceptionReporter(rf.get("/"), type(error), error, beyond_this_test)
    text = report.get_traceback_text() + report.get_traceback_html()
    assert "caller.py" in text and "entities.py" in text
    for value in (secret, "demo-machine-secret", *logto.secrets):
        assert value not in text


@pytest.mark.parametrize("missing", ["M2M_APP_ID", "M2M_APP_SECRET"])
def test_without_credentials_it_says_which_setting_is_missing(logto, settings, missing):
    settings.LOGTO = {**settings.LOGTO, missing: ""}
    with pytest.raises(ManagementCredentialsMissing, match=missing):
        ManagementApi()
    assert logto.calls == []


@pytest.mark.parametrize(
    ("endpoint", "resource"),
    [
        ("https://abc123.logto.app", "https://abc123.logto.app/api"),
        ("https://abc123.us.logto.app", "https://abc123.logto.app/api"),
        ("https://login.example.com", "https://default.logto.app/api"),
        ("http://localhost:3001", "https://default.logto.app/api"),
    ],
)
def test_the_resource_is_derived_from_the_endpoint(endpoint, resource):
    assert resource_of(endpoint) == resource
    assert Credentials(endpoint, "a", "b").indicator == resource
    assert Credentials(endpoint, "a", "b", "https://x.y/api").indicator == (
        "https://x.y/api"
    )


def test_secrets_are_in_no_repr(api, logto):
    hook = api.create_hook(HOOK)
    (secret,) = api.list_application_secrets("demo-app")
    shown = repr((api.credentials, hook, secret, api.list_connectors(), logto.hooks))
    for value in ("demo-machine-secret", hook.signing_key, "demo-secret", "simulated"):
        assert value not in shown


def test_lists_are_read_by_page_numbers(api, logto):
    for number in range(230):
        app_id = f"app{number:03}"
        logto.applications[app_id] = Application(app_id, "a-long-secret", (), ())
    ids = [item.id for item in api.list_applications()]
    assert len(ids) == len(set(ids)) == len(logto.applications)
    pages = [call.query["page"] for call in logto.calls if call.path.endswith("tions")]
    assert pages == ["1", "2", "3"]


def test_a_list_that_ends_with_a_full_page_needs_no_further_one(api, logto):
    for number in range(100 - len(logto.applications)):
        app_id = f"app{number:03}"
        logto.applications[app_id] = Application(app_id, "a-long-secret", (), ())
    assert len(api.list_applications()) == 100
    assert logto.count("/api/applications") == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=500), ProviderResponseInvalid),
        (Fault(status=502), ProviderResponseInvalid),
        (Fault(status=503), ProviderBusy),
        (Fault(status=429), ProviderBusy),
        (Fault(close=True), ProviderUnreachable),
        (Fault(hang=True), ProviderTimeout),
    ],
    ids=["500", "502", "503", "429", "broken off", "hangs"],
)
def test_a_call_that_only_reads_is_made_again(
    ask, logto, settings, no_waiting, fault, error
):
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 0.5}
    ask("list_roles")
    fault.times = 3
    logto.faults.put(CONNECTORS, fault)
    assert len(ask("list_connectors")) == 4
    assert logto.count(CONNECTORS) == 4
    fault.times = 4
    with pytest.raises(error):
        ask("list_connectors")
    assert logto.count(CONNECTORS) == 8


def test_waits_grow_and_differ(ask, logto, no_waiting):
    logto.faults.put(CONNECTORS, Fault(status=500, times=3))
    ask("list_connectors")
    first, second, third = no_waiting
    assert 0.25 <= first <= 0.5 <= second <= 1 <= third <= 2
    logto.faults.put(CONNECTORS, Fault(status=500, times=3))
    ask("list_connectors")
    assert len(set(no_waiting)) == 6


def test_retry_after_is_waited_for(ask, logto, no_waiting):
    fault = Fault(status=429, headers={"Retry-After": "7"}, times=1)
    logto.faults.put(CONNECTORS, fault)
    ask("list_connectors")
    assert 7 < no_waiting[0] <= 7.5


def test_a_page_waits_no_longer_than_for_anything_else_of_logtos(
    ask, logto, settings, no_waiting
):
    settings.LOGTO = {**settings.LOGTO, "TIMEOUT": 2}
    fault = Fault(status=429, headers={"Retry-After": "3"})
    logto.faults.put(CONNECTORS, fault)
    with pytest.raises(ProviderBusy) as raised:
        ask("list_connectors", patience=None)
    assert raised.value.retry_after == 3
    assert no_waiting == [] and logto.count(CONNECTORS) == 1


def test_a_proxy_that_always_gives_the_same_page_is_no_endless_list(api, logto):
    body = json.dumps([{"id": "a", "name": "b", "type": "SPA"}] * 100)
    page = Fault(status=200, body=body, headers={"Total-Number": "99999999"})
    logto.faults.put("/api/applications", page)
    with pytest.raises(ProviderResponseInvalid, match="management_pages"):
        api.list_applications()
    assert logto.count("/api/applications") == 2


def test_a_role_that_is_missing_does_not_make_it_ask_for_tokens_again_and_again(
    ask, logto
):
    logto.applications["demo-machine"].roles = ()
    for _ in range(5):
        with pytest.raises(ManagementAccessDenied):
            ask("list_hooks")
    assert logto.count(TOKEN) == 2
    assert logto.count("/api/hooks") == 6


def test_who_calls_often_does_not_put_the_next_token_off(ask, logto, monkeypatch):
    access = access_of(Credentials.from_settings())
    logto.applications["demo-machine"].roles = ()
    with pytest.raises(ManagementAccessDenied):
        ask("list_hooks")
    put_off = access._no_renewal_before
    for _ in range(3):
        with pytest.raises(ManagementAccessDenied):
            ask("list_hooks")
    assert access._no_renewal_before == put_off


def test_both_clients_in_one_request_do_not_wait_for_each_other(logto):
    async def both():
        return await asyncio.gather(
            AsyncManagementApi().list_hooks(),
            sync_to_async(lambda: ManagementApi().list_hooks())(),
        )

    began = time.monotonic()
    assert asyncio.run(both()) == [[], []]
    assert time.monotonic() - began < 3


def test_methods_tell_what_they_are():
    api = ManagementApi(Credentials("http://localhost:1", "a", "b"))
    assert api.get_application.__name__ == "get_application"
    assert str(inspect.signature(api.get_application)).startswith("(id:")
    assert "id" in api.get_application.__doc__
    assert ManagementApi.get_application is not None


def test_nobody_waits_for_more_than_a_minute(ask, logto, no_waiting):
    fault = Fault(status=429, headers={"Retry-After": "120"}, times=1)
    logto.faults.put(CONNECTORS, fault)
    with pytest.raises(ProviderBusy) as raised:
        ask("list_connectors", patience=600)
    assert raised.value.retry_after == 120
    assert no_waiting == []


def test_a_deadline_outside_is_kept(api, logto):
    from logto_auth.engine.deadline import deadline

    api.list_roles()
    logto.faults.put(CONNECTORS, Fault(status=429, headers={"Retry-After": "2"}))
    with deadline(1), pytest.raises(ProviderBusy):
        api.list_connectors()
    assert logto.count(CONNECTORS) == 1


@pytest.mark.parametrize(
    "fault",
    [Fault(status=500), Fault(status=503), Fault(close=True)],
    ids=["500", "503", "broken off"],
)
def test_a_call_that_changes_something_is_not_made_again(ask, logto, no_waiting, fault):
    ask("list_roles")
    fault.times = 1
    logto.faults.put("/api/hooks", fault)
    with pytest.raises((ProviderBusy, ProviderResponseInvalid, ProviderUnreachable)):
        ask("create_hook", HOOK)
    assert logto.count("/api/hooks") == 1


def test_no_way_to_change_something_is_tried_twice(ask, logto, no_waiting):
    hook = ask("create_hook", HOOK)
    for call in (("update_hook", hook.id, {"name": "x"}), ("delete_hook", hook.id)):
        logto.faults.put("/api/hooks/*", Fault(status=500, times=1))
        before = logto.count("/api/hooks/*")
        with pytest.raises(ProviderResponseInvalid):
            ask(*call)
        assert logto.count("/api/hooks/*") == before + 1


def test_words_that_are_none_are_not_told(ask, logto):
    issues = [{"code": "the secret is x", "path": ["config"]}, {"code": "bad_word"}]
    body = json.dumps({"code": "a b c", "message": "x", "data": {"issues": issues}})
    logto.faults.put("/api/hooks", Fault(status=400, body=body))
    with pytest.raises(ManagementRequestInvalid) as raised:
        ask("list_hooks")
    assert (raised.value.reason, raised.value.issues) == ("status_400", ())


def test_a_change_that_was_held_back_by_429_is_made_again(ask, logto, no_waiting):
    logto.faults.put("/api/hooks", Fault(status=429, times=2))
    ask("create_hook", HOOK)
    assert len(logto.hooks) == 1


def test_about_two_hundred_calls_begin_in_ten_seconds(monkeypatch):
    from logto_auth.engine.mode import run_blocking
    from logto_auth.management_api.pacing import MAX_CALLS, Pacing

    now, waits, pacing = [1000.0], [], Pacing()
    monkeypatch.setattr("time.monotonic", lambda: now[0])

    class Mode:
        async def sleep(self, seconds):
            waits.append(seconds)
            now[0] += seconds

    def calls(number):
        for _ in range(number):
            run_blocking(pacing.turn(Mode()))

    calls(MAX_CALLS)
    assert waits == [] and 150 <= MAX_CALLS <= 200
    calls(MAX_CALLS)
    assert waits == [10.0]
    now[0] += 5
    calls(1)
    assert waits == [10.0, 5.0]


@pytest.mark.parametrize(
    ("call", "error", "reason"),
    [
        (("get_connector", "nope"), ManagementEntityNotFound, "entity.not_found"),
        (
            ("create_hook", {**HOOK, "events": ["No.Such"]}),
            ManagementRequestInvalid,
            "guard.invalid_input",
        ),
        (
            (
                "create_connector",
                {"connectorId": "facebook-universal", "config": {"clientId": "a"}},
            ),
            ManagementRequestRefused,
            "connector.multiple_instances_not_supported",
        ),
    ],
)
def test_a_refusal_carries_logtos_code(ask, call, error, reason):
    with pytest.raises(error) as raised:
        ask(*call)
    assert raised.value.reason == reason
    assert raised.value.http_status in (400, 404, 422)


def test_a_refusal_names_the_value_and_does_not_show_it(ask, logto):
    logto.connectors.clear()
    body = {
        "connectorId": "facebook-universal",
        "config": {"clientId": 12345, "clientSecret": ["a secret that is no text"]},
    }
    with pytest.raises(ManagementRequestInvalid) as raised:
        ask("create_connector", body)
    assert raised.value.reason == "connector.invalid_config"
    assert dict(raised.value.issues) == {
        "clientId": "invalid_type",
        "clientSecret": "invalid_type",
    }
    assert "clientId: invalid_type" in str(raised.value)
    assert "12345" not in str(raised.value) and "no text" not in str(raised.value)


@pytest.mark.parametrize(
    "body",
    ["[]", "null", '{"id": 1}', "[1]", '{"id": "a", "name": "b", "type": null}', "x"],
)
def test_an_answer_of_another_form_is_an_error_of_logtos(ask, logto, body):
    logto.faults.put("/api/applications/demo-app", Fault(status=200, body=body))
    with pytest.raises(ProviderResponseInvalid):
        ask("get_application", "demo-app")


def test_ids_cannot_lead_to_other_addresses(ask, logto):
    with pytest.raises(ManagementEntityNotFound):
        ask("get_application", "../connectors")
    assert logto.calls[-1].path != "/api/connectors"


def test_many_calls_at_once_on_a_loop_share_token_and_connections(logto):
    async def all_at_once():
        api = AsyncManagementApi()
        return await asyncio.gather(*(api.list_hooks() for _ in range(20)))

    assert asyncio.run(all_at_once()) == [[]] * 20
    assert logto.count(TOKEN) == 1
