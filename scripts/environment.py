"""Makes the virtual environment ``.venv`` and installs what a task needs into it.

    python3 scripts/environment.py demo | test | lint | fast

A second run finds its own stamp and does nothing; a change of pyproject.toml or
requirements.txt makes it install again.
"""

# An old Python has to be able to read this file as far as the message that it is too
# old, so nothing here is newer than Python 3.6.

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWER = ("3.13", "3.14", "3.12", "3.11")
RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"
SITE = "demo"


class Unusable(Exception):
    """The machine lacks something; the message says what, and how to get it."""


def main(tasks: "list[str]") -> int:
    """Prepare ``.venv`` for each task; 1 when that is impossible."""
    try:
        check_python()
        for task in tasks or [SITE]:
            prepare(ROOT / ".venv", task)
    except Unusable as problem:
        print(problem, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError:
        print("That did not work; the lines above say why.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def check_python() -> None:
    """Raise Unusable when this Python is too old or cannot make environments."""
    if sys.version_info < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        newer = [name for name in NEWER if runs("python" + name)]
        raise Unusable(
            f"Python {oldest} or newer is needed; {sys.executable} is Python "
            f"{RUNNING}. "
            + (f"Use PYTHON=python{newer[0]}." if newer else "Install a newer one.")
        )
    missing = [m for m in ("venv", "ensurepip") if not importlib.util.find_spec(m)]
    if missing:
        raise Unusable(
            f"{sys.executable} cannot make virtual environments: it has no module "
            f"{' and no module '.join(missing)}. On Debian and Ubuntu these come "
            f"with a package of their own:\n\n"
            f"    sudo apt install python{RUNNING}-venv\n\n"
            f"or python3-venv, for the system's own python3."
        )


def prepare(environment: Path, task: str) -> Path:
    """Make the environment if need be and install what the task needs.

    Args:
        environment: Directory of the virtual environment.
        task: ``demo`` for requirements.txt alone, or a dependency group of
            pyproject.toml, which is installed beside it.

    Returns:
        The environment's Python.

    Raises:
        Unusable: An environment of another Python is in the way.
        CalledProcessError: A program failed, and has said why.
    """
    python = environment / "bin" / "python"
    stamp = environment / f".installed-{task}"
    wanted = fingerprint()
    check_version(environment)
    if runs(str(python)) and stamp.is_file() and stamp.read_text() == wanted:
        return python
    if not runs(str(python)):
        print(f"Making {environment.name} with Python {RUNNING} ...", flush=True)
        run(sys.executable, "-m", "venv", "--clear", str(environment))
    elif not runs(str(python), "import pip"):
        run(str(python), "-m", "ensurepip")
    print(f"Installing what `{task}` needs ...", flush=True)
    run(
        *[str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"],
        *["-r", str(ROOT / "requirements.txt")],
        *([] if task == SITE else group(task)),
    )
    stamp.write_text(wanted)
    return python


def check_version(environment: Path) -> None:
    """Raise Unusable when the environment is of another Python: it may be precious."""
    settings = environment / "pyvenv.cfg"
    text = settings.read_text() if settings.is_file() else ""
    found = re.search(r"^version(?:_info)? *= *(\d+\.\d+)", text, re.MULTILINE)
    if found and found.group(1) != RUNNING:
        raise Unusable(
            f"{environment.name} is there already, with Python {found.group(1)}; this "
            f"is Python {RUNNING}. Remove it (make clean), or use "
            f"PYTHON={environment.name}/bin/python."
        )


def fingerprint() -> str:
    """Return what has to be the same for an installation to be up to date."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "requirements.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def group(name: str) -> "list[str]":
    """Return the requirements of a dependency group; pip itself learnt it in 25.1.

    Raises:
        Unusable: There is no such group.
    """
    import tomllib

    with (ROOT / "pyproject.toml").open("rb") as file:
        groups = tomllib.load(file)["dependency-groups"]
    if name not in groups:
        known = ", ".join([SITE, *groups])
        raise Unusable(f"There is no task {name}; there are {known}.")
    requirements = []
    for entry in groups[name]:
        if isinstance(entry, str):
            requirements.append(entry)
        else:
            requirements.extend(group(entry["include-group"]))
    return requirements


def runs(python: str, code: str = "") -> bool:
    """Tell whether there is such an interpreter and it runs the code.

    Being on the PATH is not enough: pyenv has shims for versions that are not chosen.
    """
    if not shutil.which(python):
        return False
    quiet = subprocess.DEVNULL
    return not subprocess.call([python, "-c", code], stdout=quiet, stderr=quiet)


def run(*command: str) -> None:
    """Run a program and show what it says."""
    subprocess.check_call(command, cwd=str(ROOT))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
