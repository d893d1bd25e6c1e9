"""The wheel, in a new environment and a new project: four edits, then a sign-in."""

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import django
import pytest

import logto_auth
from tests.edge.served import environment, free_port, new_browser, serve, sign_in

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(logto_auth.__file__).parent
LIBRARY = ROOT / "examples" / "library"
TEST_PROGRAMS = ("pytest", "pytest-django", "pytest-asyncio")

# One worker makes the environment, not each of them.
pytestmark = pytest.mark.xdist_group("wheel")

VIEW = """
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse


@login_required
def members(request):
    name = request.user.logto.claims["name"]
    return HttpResponse(f"{request.user.get_username()} is {name}")
"""


def run(*command, cwd, **changes):
    """Run a program to its end; return what it said."""
    finished = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment(**changes),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert finished.returncode == 0, finished.stdout
    return finished.stdout


def edit(path, old, new):
    """Replace what is there exactly once."""
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} in {path.name}"
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    directory = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    run(*build, "--outdir", directory, ROOT, cwd=directory)
    (built,) = directory.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    sources = {
        str(path.relative_to(PACKAGE.parent))
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    metadata = f"django_logto_auth-{logto_auth.__version__}.dist-info"
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if not name.startswith(metadata)} == sources
    assert wheel.name == f"django_logto_auth-{logto_auth.__version__}-py3-none-any.whl"
    assert {
        "logto_auth/py.typed",
        "logto_auth/pytest_plugin.py",
        f"{metadata}/entry_points.txt",
        "logto_auth/migrations/0001_initial.py",
        "logto_auth/static/logto_auth/logto_auth.css",
        "logto_auth/templates/logto_auth/error.html",
        f"{metadata}/licenses/LICENSE",
    } <= names


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The Python of a new environment that holds the wheel and what it asks for."""
    directory = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", directory, cwd=directory)
    python = directory / "bin" / "python"
    # The Django that runs these tests, or the matrix would try one version only.
    wanted = [wheel, f"Django=={django.__version__}"]
    run(python, "-m", "pip", "install", "--quiet", *wanted, cwd=directory)
    return python


@pytest.fixture
def project(python, tmp_path):
    """A project that somebody has: ``startproject`` and a page for members."""
    run(python, "-m", "django", "startproject", "project", tmp_path, cwd=tmp_path)
    (tmp_path / "project" / "members.py").write_text(VIEW)
    edit(
        tmp_path / "project" / "urls.py",
        "from django.urls import path\n",
        "from django.urls import path\n\nfrom .members import members\n",
    )
    edit(
        tmp_path / "project" / "urls.py",
        "urlpatterns = [\n",
        'urlpatterns = [\n    path("members/", members),\n',
    )
    return tmp_path


@pytest.fixture
def logto():
    from logto_auth.testing import Application, Simulator

    with Simulator(applications=[Application(app_id="wheel")]) as logto:
        yield logto


def make_the_four_edits(project, logto):
    """Do what the README says, and no more."""
    settings, urls = (
        project / "project" / "settings.py",
        project / "project" / "urls.py",
    )
    edit(
        settings,
        "    'django.contrib.staticfiles',\n",
        "    'django.contrib.staticfiles',\n    'logto_auth',\n",
    )
    authentication = "    'django.contrib.auth.middleware.AuthenticationMiddleware',\n"
    edit(
        settings,
        authentication,
        authentication + "    'logto_auth.middleware.LogtoMiddleware',\n",
    )
    edit(
        urls,
        "from django.urls import path\n",
        "from django.urls import include, path\n",
    )
    edit(
        urls,
        "urlpatterns = [\n",
        'urlpatterns = [\n    path("logto/", include("logto_auth.urls")),\n',
    )
    application = logto.application
    with settings.open("a") as file:
        file.write(
            f"""
LOGTO = {{
    "ENDPOINT": "{logto.endpoint}",
    "APP_ID": "{application.app_id}",
    "APP_SECRET": "{application.secret}",
}}
AUTHENTICATION_BACKENDS = [
    "logto_auth.backends.LogtoBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "logto_auth:sign_in"
"""
        )


def test_four_edits_lead_from_startproject_to_a_sign_in(python, project, logto):
    port = free_port()
    site = f"http://localhost:{port}"
    logto.application.redirect_uris = (f"{site}/logto/callback/",)
    make_the_four_edits(project, logto)
    assert str(ROOT) not in run(
        python, "-c", "import logto_auth; print(logto_auth.__file__)", cwd=project
    )
    assert "no issues" in run(python, "manage.py", "check", cwd=project)
    run(python, "manage.py", "migrate", "--verbosity=0", cwd=project)
    server = [python, "manage.py", "runserver", "--noreload", f"localhost:{port}"]
    with (
        serve(server, cwd=project, env=environment(PYTHONUNBUFFERED=1)) as running,
        new_browser(site) as browser,
    ):
        running.wait_for(port)
        page = sign_in(browser, logto, "/members/", "alice")
        assert page.url.path == "/members/"
        assert page.text == "alice is Alice Liddell"
        assert running.end() == 0
    assert "Traceback" not in running.output


def test_the_checks_lead_through_the_edits(python, project):
    """A project with only the app installed is told everything that is missing."""
    edit(
        project / "project" / "settings.py",
        "    'django.contrib.staticfiles',\n",
        "    'django.contrib.staticfiles',\n    'logto_auth',\n",
    )
    finished = subprocess.run(
        [python, "manage.py", "check"],
        cwd=project,
        env=environment(),
        text=True,
        capture_output=True,
    )
    assert finished.returncode == 1
    for lines in (
        'LOGTO = {\n    "ENDPOINT"',
        '"logto_auth.middleware.LogtoMiddleware",',
        '"logto_auth.backends.LogtoBackend",',
        'path("logto/", include("logto_auth.urls")),',
        'LOGIN_URL = "logto_auth:sign_in"',
    ):
        assert lines in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.fixture
def library(tmp_path):
    """The sample project, where nothing of this repository is near."""
    ignored = shutil.ignore_patterns("__pycache__", "*.sqlite3", ".pytest_cache")
    return shutil.copytree(LIBRARY, tmp_path / "library", ignore=ignored)


def count_of_tests(*paths):
    """Count the test functions and methods of these files."""
    return sum(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_the_sample_project_runs_its_test_cases_without_pytest(python, library):
    has_pytest = [python, "-c", "import pytest"]
    assert subprocess.run(has_pytest, capture_output=True).returncode == 1
    said = run(python, "-W", "error", "manage.py", "test", cwd=library)
    assert f"Ran {count_of_tests(library / 'tests' / 'test_cases.py')} tests" in said


@pytest.fixture(scope="module")
def python_with_pytest(python):
    """The same environment, and what a site installs to test with pytest."""
    versions = [f"{name}=={importlib.metadata.version(name)}" for name in TEST_PROGRAMS]
    run(python, "-m", "pip", "install", "--quiet", *versions, cwd=python.parent)
    return python


def test_the_sample_project_finds_the_fixtures_in_the_wheel(
    python_with_pytest, library
):
    # Stated nowhere: pytest finds the plugin in the metadata of the wheel.
    assert "pytest_plugin" not in "".join(p.read_text() for p in library.rglob("*.py"))
    said = run(python_with_pytest, "-m", "pytest", "-q", cwd=library)
    count = count_of_tests(*(library / "tests").glob("test_*.py"))
    assert count > 20
    assert re.search(rf"^{count} passed in", said, re.MULTILINE), said


def test_every_example_of_the_documentation_runs(python_with_pytest, library):
    readme, page = (
        (ROOT / name).read_text() for name in ("README.md", "docs/testing.md")
    )
    (first,) = re.findall(
        r"## In your tests\n.*?```python\n(.*?)```", readme, re.DOTALL
    )
    tests = library / "tests"
    shutil.rmtree(tests)
    tests.mkdir()
    examples = [first, *re.findall(r"```python\n(.*?)```", page, re.DOTALL)]
    for number, example in enumerate(examples):
        (tests / f"test_example_{number}.py").write_text(example)
    said = run(python_with_pytest, "-m", "pytest", "-q", cwd=library)
    assert all(count_of_tests(path) for path in tests.iterdir())
    count = count_of_tests(*tests.iterdir())
    assert re.search(rf"^{count} passed in", said, re.MULTILINE), said
