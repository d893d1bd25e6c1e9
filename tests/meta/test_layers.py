"""Imports point downward, and heavy libraries stay behind the engine."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import logto_auth

PACKAGE = Path(logto_auth.__file__).parent

# From the bottom up; a module may import from its own layer and those below.
LAYERS = [
    {
        "account_fields",
        "claim_rules",
        "errors",
        "loopback",
        "moment",
        "placeholder",
        "providers",
        "rate",
        "setting",
        "setting_kinds",
        "storable",
        "webhook_events",
    },
    {"branding", "conf", "log", "signals"},
    {"connectors", "engine"},
    {"management_api", "models"},
    {"sessions"},
    {"accounts", "backends", "hooks"},
    {"web"},
    {"events"},
    {
        "admin",
        "admin_site",
        "middleware",
        "context_processors",
        "templatetags",
        "shortcuts",
        "urls",
        "checks",
        "apps",
    },
    {"doctor", "setup"},
    {"management"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
HEAVY = ("logto", "aiohttp", "httpx2", "jwt", "pydantic")


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] not in ("testing", "pytest_plugin", "migrations", "__init__"):
            yield path, parts


def imports_of(path, parts):
    """Yield (line, dotted name inside the package) and (line, outside name)."""
    package = parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - (node.level - 1)]
            names = [node.module] if node.module else [a.name for a in node.names]
            for name in names:
                yield "inside", ".".join((*base, *name.split(".")))
        elif isinstance(node, ast.ImportFrom):
            yield "outside", node.module
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield "outside", alias.name


@pytest.mark.parametrize(
    ("path", "parts"), [pytest.param(*m, id=".".join(m[1])) for m in modules()]
)
def test_a_module_imports_only_from_its_own_layer_and_below(path, parts):
    level = LEVEL[parts[0]]
    for kind, name in imports_of(path, parts):
        if kind != "inside" or name == "__version__":
            continue
        target = name.split(".")[0]
        if target == "testing":
            assert parts[0] == "management", f"{path.name} imports the test kit"
            continue
        assert LEVEL[target] <= level, f"{'.'.join(parts)} imports {name}"


def test_only_one_module_imports_the_sdk():
    importers = {
        ".".join(parts)
        for path, parts in modules()
        for kind, name in imports_of(path, parts)
        if kind == "outside" and name.split(".")[0] == "logto"
    }
    assert importers == {"engine.sdk"}


def test_only_the_transport_opens_sockets():
    importers = {
        parts
        for path, parts in modules()
        for kind, name in imports_of(path, parts)
        if kind == "outside" and name.split(".")[0] in ("httpx2", "httpcore2", "socket")
    }
    assert {parts[:1] for parts in importers} == {("engine",)}
    openers = {"transport", "sockets", "streams", "resolver"}
    assert {parts[1] for parts in importers} == {*openers, "failure"}


def test_setup_urlconf_and_checks_load_no_heavy_library():
    script = f"""
import sys, django
from django.core.management import call_command
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
call_command("check")
import logto_auth.shortcuts, logto_auth.backends
loaded = [name for name in {HEAVY!r} if name in sys.modules]
assert not loaded, loaded
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
