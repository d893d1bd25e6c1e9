"""Many accounts with identities and search terms, written by the database itself."""

import datetime
from string import Template

from django.contrib.auth import get_user_model
from django.db import connection

from logto_auth.models import LinkedIdentity, LogtoAccount, LogtoSession, SearchTerm

DAYS = 400
#: Targets, and which accounts, by their number ``n``, are linked there.
LINKED = {
    "'google'": "MOD(n, 10) < 6",
    "'github'": "MOD(n, 10) > 4",
    "'huggingface'": "MOD(n, 5) < 2",
    "'apple'": "MOD(n, 10) IN (1, 4, 7)",
    "'discord'": "MOD(n, 10) IN (2, 6)",
    "'facebook'": "MOD(n, 10) IN (1, 8)",
    "'https://idp-' || MOD(n, 53) || '.example'": "MOD(n, 10) = 3",
    "'line'": "MOD(n, 8) = 1",
    "'x'": "MOD(n, 17) = 1",
    "'kakao'": "n <= 10",
}
#: The same of those who were linked there once.
UNLINKED = {"'naver'": "MOD(n, 11) = 0"}
#: Terms, and which accounts have them.
TERMS = {
    "SUBSTR(MD5('sub' || n), 1, 12)": "TRUE",
    "SUBSTR(MD5('given' || MOD(n, 1009)), 1, 7)": "TRUE",
    "SUBSTR(MD5('family' || MOD(n, 5003)), 1, 9)": "TRUE",
    "SUBSTR(MD5('mail' || n), 1, 8) || '@mail.example'": "TRUE",
    "'user-' || n": "TRUE",
    "'kim'": "MOD(n, 5) = 2",
    "'smith'": "MOD(n, 16) = 1",
    "'zoe'": "n <= 10",
}

#: The first user's number is the next one: those made otherwise have lower ones.
FIRST_USER = 1_000_000

#: How each database counts, goes back in time, reads what is no text, and forgets.
DIALECTS = {
    "postgresql": {
        "series": Template("generate_series(1, $count) AS series (n)"),
        "ago": Template("CAST($now AS timestamptz) - ($seconds) * interval '1 second'"),
        "json": Template("CAST($text AS jsonb)"),
        "uuid": Template("GEN_RANDOM_UUID()"),
        "analyze": Template("VACUUM ANALYZE $table"),
        "empty": Template("TRUNCATE $table CASCADE"),
    },
    "mysql": {
        "series": Template("(SELECT seq AS n FROM seq_1_to_$count) AS series"),
        "ago": Template("$now - INTERVAL ($seconds) SECOND"),
        "json": Template("$text"),
        "uuid": Template("UUID()"),
        "analyze": Template("ANALYZE TABLE $table"),
        "empty": Template("TRUNCATE $table"),
    },
    "sqlite": {
        "series": Template(
            "(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s"
            " WHERE n < $count) SELECT n FROM s) AS series"
        ),
        "ago": Template(
            "STRFTIME('%Y-%m-%d %H:%M:%f', $now, '-' || ($seconds) || ' second')"
        ),
        "json": Template("$text"),
        "uuid": Template("LOWER(HEX(RANDOMBLOB(16)))"),
        "analyze": Template("ANALYZE $table"),
        "empty": Template("DELETE FROM $table"),
    },
}
MODELS = (LogtoSession, SearchTerm, LinkedIdentity, LogtoAccount, get_user_model())


def write_accounts(count):
    """Write ``count`` accounts, numbered from 1, in place of those that there are.

    Nobody else's tests are to find them: call `forget_accounts` in the end.
    """
    forget_accounts()
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            cursor.execute("SET sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT')")
        for insert in _inserts(count):
            cursor.execute(insert)
    connection.close()  # and with it that mode
    _each_table("analyze")


def forget_accounts():
    """Remove all accounts and users; many are gone as fast as few."""
    with connection.constraint_checks_disabled():
        _each_table("empty")


def _each_table(action):
    with connection.cursor() as cursor:
        for model in MODELS:
            cursor.execute(_say(action, table=model._meta.db_table))


def _inserts(count):
    """Yield the statements; an account's ``moment`` is when it last signed in."""
    now = f"'{datetime.datetime.now(datetime.UTC).replace(tzinfo=None)}'"
    step = DAYS * 24 * 3600 // count
    moment = _say("ago", now=now, seconds=f"turn * {step}")
    # 7919 is a prime: neighbours by number are far apart by time.
    series = f"""(
        SELECT n, MOD(n * 7919, {count}) AS turn FROM {_say("series", count=count)}
    ) AS numbered"""
    document = _say("json", text='\'{"name": "Kim"}\'')

    def insert(model, where="TRUE", **values):
        columns = ", ".join(map(connection.ops.quote_name, values))
        expressions = ", ".join(values.values())
        return (
            f"INSERT INTO {model._meta.db_table} ({columns})"
            f" SELECT {expressions} FROM {series} WHERE {where}"
        )

    yield insert(
        get_user_model(),
        id=f"n + {FIRST_USER}",
        username="'user-' || n",
        email="'user-' || n || '@mail.example'",
        first_name="''",
        last_name="''",
        password="'!'",
        is_staff="FALSE",
        is_superuser="FALSE",
        is_active="TRUE",
        date_joined=now,
    )
    yield insert(
        LogtoAccount,
        id="n",
        user_id=f"n + {FIRST_USER}",
        key="MD5('key' || n) || MD5('yek' || n)",
        issuer="'https://logto.example/oidc'",
        subject="SUBSTR(MD5('sub' || n), 1, 12)",
        userinfo=document,
        userinfo_digest="''",
        is_suspended="MOD(n, 1009) = 1",
        has_deactivated_user="FALSE",
        created_at=now,
        synced_at=now,
        last_sign_in_at=f"CASE WHEN MOD(n, 19) > 0 THEN {moment} END",
    )
    for number, (target, where) in enumerate({**LINKED, **UNLINKED}.items()):
        # Another for each identity of an account.
        lot = f"(n * 31 + {number} * 17)"
        yield insert(
            LinkedIdentity,
            where,
            account_id="n",
            key=f"MD5({target} || n) || MD5('id' || n)",
            kind="'social'",
            target=target,
            provider_user_id=f"SUBSTR(MD5({target} || n), 1, 10)",
            name="'Kim'",
            email="'user-' || n || '@mail.example'",
            avatar="''",
            details=document,
            first_seen_at=now,
            synced_at=now,
            unlinked_at=now if target in UNLINKED else "NULL",
            has_token=f"CASE WHEN MOD({lot}, 7) > 2 THEN MOD({lot}, 7) > 4 END",
            token_expires_at=f"CASE WHEN MOD({lot}, 50) > 0 THEN {moment} END",
            token_is_refreshable=f"MOD({lot}, 13) > 0",
            token_scope="''",
        )
        yield insert(
            SearchTerm,
            where,
            account_id="n",
            term=f"SUBSTR(MD5({target} || n), 1, 10)",
        )
    yield insert(
        LogtoSession,
        "MOD(n, 3) = 1",
        id=_say("uuid"),
        account_id="n",
        sid="''",
        session_key="''",
        tokens="''",
        claims=document,
        version="0",
        lease_until="0",
        held_since="0",
        created_at=now,
        updated_at=now,
    )
    for term, where in TERMS.items():
        yield insert(SearchTerm, where, account_id="n", term=term)


def _say(what, **words):
    return DIALECTS[connection.vendor][what].substitute(words)
