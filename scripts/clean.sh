#!/usr/bin/env bash
# Removes what the other scripts have made; nothing that git knows.
set -euo pipefail
cd "$(dirname "$0")/.."

rm -rf .venv .venv-matrix-* build dist staticfiles screenshots db.sqlite3
rm -rf .mypy_cache .ruff_cache .pytest_cache
find . -name __pycache__ -type d -not -path "./.git/*" -prune -exec rm -rf {} +
