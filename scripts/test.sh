#!/usr/bin/env bash
# Runs the tests on SQLite and in a browser, then those that use a database on each
# server found here.
# With CI=true, everything has to be found.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() {
    if [ "${CI:-}" = true ]; then
        echo "FAILED: $1 not found, and CI=true asks for everything ($2)" >&2
        exit 1
    fi
    echo "skipped: $1 not found ($2)"
}

# Asks the server through the settings that the tests themselves use, and prints what
# it says instead of an answer.
refusal_of() {
    TEST_DATABASE=$1 DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python - 2>&1 <<'PYTHON' | tail -n 1
import django

django.setup()

from django.db import connection

with connection._nodb_cursor() as cursor:
    cursor.execute("SELECT 1")
PYTHON
}

run() {
    local began=$SECONDS title=$1
    shift
    echo "== $title"
    .venv/bin/python -m pytest -q -n auto --dist loadgroup "$@"
    echo "== $title: $((SECONDS - began)) s"
}

"${PYTHON:-python3}" scripts/environment.py test

if ! (exec 3<>/dev/tcp/127.0.0.1/6379) 2>/dev/null; then
    missing Redis "127.0.0.1:6379"
fi

TEST_DATABASE=sqlite run SQLite -m "not browser"

# In a process of its own: Playwright keeps an event loop running in its thread.
if scripts/chromium.sh; then
    TEST_DATABASE=sqlite run Chromium -m browser
else
    missing Chromium "the browser tests need it: apt install chromium"
fi

for server in postgresql:PostgreSQL mariadb:MariaDB; do
    database=${server%:*} name=${server#*:}
    refusal=$(refusal_of "$database" || true)
    if [ -z "$refusal" ]; then
        # What depends on no version depends on no server either, unless it says so;
        # and faults of Logto know no database.
        TEST_DATABASE=$database run "$name" --ignore=tests/faults \
            -m "django_db and not browser and (databases or not once)"
    else
        missing "$name" "$refusal"
    fi
done
