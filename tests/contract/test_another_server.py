"""The contract tests need nothing of the simulator's but its address.

Another process plays the real Logto here, so that they run as they would against one.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .recorded_tenant import PREFIX, variables

pytestmark = pytest.mark.once

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
SERVE = """
from logto_auth.testing import Person
from tests.contract.recorded_tenant import recorded_tenant
simulator = recorded_tenant()
simulator.people["plain"] = Person("plain", password="secret of somebody")
print(simulator.start().endpoint, flush=True)
input()
"""


@pytest.fixture
def endpoint():
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process.stdout.readline().strip()
    process.communicate("\n", timeout=30)


# Not this file, which would start itself.
REPLAYS = sorted(set(FOLDER.glob("test_*.py")) - {Path(__file__).resolve()})


def contract_tests(*paths, **environment):
    kept = {n: v for n, v in os.environ.items() if not n.startswith(PREFIX)}
    options = ["-q", "-rs", "-p", "no:cacheprovider", "-k", "not recorded_tokens"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *paths],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_they_pass_against_a_server_in_another_process(endpoint):
    result = contract_tests(*REPLAYS, **variables(endpoint))
    assert result.returncode == 0, result.stdout
    reasons = set(re.findall(r"^SKIPPED .*?: (needs .*)$", result.stdout, re.MULTILINE))
    assert reasons == {"needs the simulator itself", "needs the simulator's clock"}
    passed, skipped = re.search(r"(\d+) passed, (\d+) skipped", result.stdout).groups()
    assert int(passed) > 120
    # The greater part of those change the tenant, which a real one would not take back.
    assert int(skipped) < 60


def test_they_pass_with_a_person_of_whom_little_is_known(endpoint):
    somebody = {
        f"{PREFIX}USERNAME": "plain",
        f"{PREFIX}PASSWORD": "secret of somebody",
    }
    paths = [FOLDER / f"test_{name}.py" for name in ("codes", "signing_in", "userinfo")]
    result = contract_tests(*paths, **variables(endpoint) | somebody)
    assert result.returncode == 0, result.stdout


def test_they_skip_what_the_server_is_not_set_up_for(endpoint):
    mine = ("ENDPOINT", "APP_", "REDIRECT_", "POST_", "USERNAME", "PASSWORD")
    least = {
        name: value
        for name, value in variables(endpoint).items()
        if name.removeprefix(PREFIX).startswith(mine)
    }
    result = contract_tests(FOLDER / "test_access_tokens.py", **least)
    assert result.returncode == 0, result.stdout
    for name in ("RESOURCE", "MACHINE_APP_ID", "IDLE_MACHINE_APP_ID"):
        assert f"{PREFIX}{name} is not set" in result.stdout
