#!/usr/bin/env bash
# Style, formatting, types, and whether the tables of docs/ are what the code says.
set -euo pipefail
cd "$(dirname "$0")/.."

"${PYTHON:-python3}" scripts/environment.py lint
bin=.venv/bin

echo "== ruff check";   "$bin/ruff" check
echo "== ruff format";  "$bin/ruff" format --check
echo "== mypy";         "$bin/mypy"
echo "== docs tables";  "$bin/python" scripts/docs_tables.py --check
