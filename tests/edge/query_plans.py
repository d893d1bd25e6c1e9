"""What PostgreSQL and MariaDB read for a statement, as they tell themselves."""

import json
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Access:
    """One way by which a table is read for a statement."""

    table: str
    how: str
    rows: int
    is_whole: bool

    def __str__(self):
        return f"{self.table}: {self.how}, {self.rows} rows"


def accesses(statement):
    """Run a SELECT; return how each table was read, look-ups that failed included."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            return list(filter(None, map(_in_postgresql, _nodes(cursor.fetchone()[0]))))
        cursor.execute(f"ANALYZE FORMAT=JSON {statement}")
        plan = json.loads(cursor.fetchone()[0])
        return list(filter(None, map(_in_mariadb, _nodes(plan))))


def _in_postgresql(node):
    how, index = node.get("Node Type", ""), node.get("Index Name", "")
    if "Scan" not in how or not (index or "Relation Name" in node):
        return None
    told = [node["Actual Rows"]]
    told += [count for name, count in node.items() if name.startswith("Rows Removed")]
    return Access(
        node.get("Relation Name", ""),
        f"{how} {index}".strip(),
        _read(told, node["Actual Loops"]),
        is_whole=how == "Seq Scan",
    )


def _in_mariadb(node):
    table = node.get("table_name", "")
    # Tables of the statement's own hold what was read from others.
    if not table or table.startswith("<") or not node.get("r_loops"):
        return None
    how = node["access_type"]
    return Access(
        table,
        f"{how} {node.get('key', '')}".strip(),
        _read([node["r_rows"]], node["r_loops"]),
        is_whole=how == "ALL",
    )


def _read(rows, loops):
    # An average over the loops; one that finds nothing has looked.
    return round(loops * max(sum(rows), 1))


def _nodes(value):
    if isinstance(value, dict):
        yield value
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for part in parts:
            yield from _nodes(part)
