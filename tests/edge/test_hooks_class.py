"""The class of the hooks: how it is named, what it refuses, what is told of it."""

import re
import subprocess
import sys
import types
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from logto_auth.conf import logto_settings
from logto_auth.errors import ConfigurationError
from logto_auth.hooks import HOOKS, Hooks

pytestmark = pytest.mark.django_db
User = get_user_model()
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", [lambda method: method, staticmethod, classmethod])
def test_a_misspelt_hook_is_refused_when_the_class_is_made(kind):
    with pytest.raises(
        ConfigurationError, match=r"SiteHooks.may_signin\(\) is no hook"
    ):
        type("SiteHooks", (Hooks,), {"may_signin": kind(lambda *args: False)})


def test_methods_of_the_sites_own_begin_with_an_underscore():
    type("SiteHooks", (Hooks,), {"_is_member": lambda self: False, "domain": "x"})


def test_a_coroutine_would_let_everybody_in_and_is_refused():
    async def may_sign_in(self, user):
        return False

    with pytest.raises(ConfigurationError, match="must be a plain function"):
        type("SiteHooks", (Hooks,), {"may_sign_in": may_sign_in})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("mysite.nowhere.Hooks", "cannot be imported: No module named 'mysite'."),
        ("Hooks", "cannot be imported: Hooks doesn't look like a module path."),
        ("logto_auth.hooks.Nothing", "cannot be imported: Module"),
        ("logto_auth.errors.LogtoError", "must be a subclass of logto_auth.hooks.Ho"),
        (7, "must be a subclass of logto_auth.hooks.Hooks, or the path of one."),
    ],
)
def test_a_wrong_setting_is_told_and_stops_a_sign_in(
    journey, settings, value, sentence
):
    settings.LOGTO = {**settings.LOGTO, "HOOKS": value}
    with pytest.raises(ConfigurationError) as found:
        _ = logto_settings.HOOKS
    assert f'LOGTO["HOOKS"] {sentence}' in str(found.value)
    response = journey.sign_in()
    assert response.context["error"].code == "configuration_invalid"
    assert not User.objects.exists()


def test_the_class_can_be_imported_by_the_settings_themselves():
    script = """
import sys
from logto_auth.hooks import Hooks
class SiteHooks(Hooks):
    def username(self): return "x"
assert "logto_auth.models" not in sys.modules and "logto" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_the_example_of_the_documentation_works(journey, settings, monkeypatch):
    page = (ROOT / "docs" / "hooks.md").read_text()
    setting, example = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.setitem(sys.modules, "mysite", types.ModuleType("mysite"))
    module = types.ModuleType("mysite.logto")
    monkeypatch.setitem(sys.modules, "mysite.logto", module)
    exec(example, vars(module))
    namespace = {}
    exec(setting, namespace)
    settings.LOGTO = {**settings.LOGTO, **namespace["LOGTO"]}

    alice = journey.logto.people["alice"]
    alice.roles = ()
    response = journey.sign_in()
    assert "Only members can join." in response.content.decode()
    alice.roles = ("member", "admin")
    assert journey.sign_in(prompt="login")["Location"] == "/welcome/"
    user = User.objects.get()
    assert user.username == alice.email.partition("@")[0]
    assert (user.first_name, user.is_staff) == (alice.name, True)
    alice.roles = ()
    assert journey.sign_in(prompt="login")["Location"] == "/"
    user.refresh_from_db()
    assert not user.is_staff


def test_the_documentation_names_every_hook():
    page = (ROOT / "docs" / "hooks.md").read_text()
    assert re.findall(r"^\| `(\w+)\(", page, re.MULTILINE) == list(HOOKS)
