"""What a query may say: one SELECT all the way down, over tables that it names by their files.

DuckDB's settings alone do not keep a query from writing: a `WITH` may hold a COPY, which overwrites even
the file it may only read. So the statement's tree is looked at first, and whatever is not known is refused.
"""

from __future__ import annotations

import fnmatch
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui.data.files.looking import require_file
from nn_tui.errors import DataError

if TYPE_CHECKING:
    import duckdb

LONGEST = 100_000
"""Letters of a query at most."""
_MOST_FILES = 10_000
_TREES = {
    *("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"),
    *("BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT"),
    *("ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER"),
    *("ORDER_DEFAULT", "ASCENDING", "DESCENDING"),
}
_EXPRESSIONS = {
    *("BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT"),
    *("FUNCTION", "LAMBDA", "OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW"),
}
_READERS = {
    *("read_csv", "read_csv_auto", "read_parquet", "parquet_scan"),
    *("read_json", "read_json_auto", "read_ndjson", "read_ndjson_auto"),
}
"""Table functions whose first argument names files."""
_MAKERS = frozenset(["range", "generate_series", "unnest", "repeat", "json_each", "json_tree"])
"""Table functions that make rows of what the query says."""
_RANDOM = frozenset(["random", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "setseed", "error"])
_SECRETIVE = frozenset(
    ["getenv", "current_setting", "getvariable", "current_query", "json_execute_serialized_sql"]
)
_REMEDY = "A query is one SELECT over files that it names, as FROM 'rows.csv'."


@dataclass(frozen=True)
class Query:
    """A query that only reads.

    Attributes:
        sql: the query as it is to be run.
        files: the paths of the files it reads.
        patterns: patterns of paths in it, as `parts/*.csv`.
    """

    sql: str
    files: tuple[str, ...]
    patterns: tuple[str, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """What DuckDB opens, as it may ask for it: as named, and from the root."""
        named = (*self.files, *self.patterns)
        return (*named, *map(os.path.abspath, named))


def checked(connection: duckdb.DuckDBPyConnection, sql: str, place: Callable[[str], str] = str) -> Query:
    """Return a query that was looked at down to its last node.

    Args:
        connection: parses it; nothing of it is run.
        sql: the query.
        place: returns the path of a file, or a pattern of paths, for how the query names it, or raises
            DataError. Default: as it is named.

    Raises:
        DataError: it is not one SELECT, calls what may do more than reading rows, or names what is no file.
    """
    if len(sql) > LONGEST:
        raise DataError(f"The query has {len(sql):,} letters; {LONGEST:,} is the most.", "Shorten it.")
    row = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    tree = json.loads(row[0]) if row else {}
    if tree.get("error"):
        told = " ".join(str(tree.get("error_message")).split())[:200]
        if tree.get("error_type") == "not implemented":
            raise _refused("it is no SELECT" if "Only SELECT" in told else told[:1].lower() + told[1:])
        raise DataError(f"The query cannot be read: {told.removesuffix('.')}.", "Check its SQL.")
    if len(tree["statements"]) != 1:
        raise _refused("it is more than one statement")
    walk = _Walk(_functions(connection), place)
    walk.through(tree["statements"])
    if not walk.moved:
        return Query(sql, tuple(walk.files), tuple(walk.patterns))
    row = connection.execute("SELECT json_deserialize_sql(?::JSON)", [json.dumps(tree)]).fetchone()
    return Query(str(row[0]) if row else "", tuple(walk.files), tuple(walk.patterns))


def written_anew(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return a checked query as DuckDB writes it, without comments, to be a part of another one."""
    row = connection.execute(
        "SELECT json_deserialize_sql(json_serialize_sql(?::VARCHAR))", [sql]
    ).fetchone()
    return str(row[0]) if row else sql


def _refused(why: str) -> DataError:
    return DataError(f"The query must be one SELECT that only reads: {why}.", _REMEDY)


def _functions(connection: duckdb.DuckDBPyConnection) -> Mapping[str, bool]:
    """Return the functions that make values, and whether these follow from the arguments."""
    rows = connection.execute(
        "SELECT lower(function_name), bool_and(coalesce(stability, '') <> 'VOLATILE') "
        "FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'macro') GROUP BY 1"
    ).fetchall()
    return dict(rows)


class _Walk:
    """A walk through a statement's tree that collects its files, and says where they lie."""

    def __init__(self, functions: Mapping[str, bool], place: Callable[[str], str]) -> None:
        self.functions = functions
        self.place = place
        self.files: dict[str, None] = {}
        self.patterns: dict[str, None] = {}
        self.moved = False

    def through(self, tree: Any) -> None:
        """Look at every node.

        Raises:
            DataError: one is not known, or may do more than reading.
        """
        nodes = list(_nodes(tree))
        named = {str(node["key"]).lower() for node in nodes if "key" in node and "value" in node}
        named |= {str(node["cte_name"]).lower() for node in nodes if "cte_name" in node}
        for node in nodes:
            kind, family = node.get("type"), node.get("class")
            if family is not None and family not in _EXPRESSIONS:
                raise _refused(f"{_word(family)} is not allowed in it")
            own = isinstance(kind, str) and "id" not in node and not kind.endswith("_TYPE_INFO")
            if family is None and own and kind not in _TREES:
                raise _refused(f"{_word(kind)} is not allowed in it")
            if family == "FUNCTION" and not node.get("is_table"):
                self._function(node)
            elif family is None and kind == "BASE_TABLE":
                self._table(node, named)
            elif family is None and kind == "TABLE_FUNCTION":
                self._table_function(node)

    def _function(self, node: Mapping[str, Any]) -> None:
        name = str(node["function_name"]).lower()
        if node.get("is_operator") or name == "unnest":
            return
        if name not in self.functions:
            raise DataError(
                f"The query calls {name[:60]}, which is no function for values.", "Check its SQL."
            )
        if name in _SECRETIVE or not (self.functions[name] or name in _RANDOM):
            raise _refused(f"{name} does more than that")

    def _table(self, node: dict[str, Any], named: set[str]) -> None:
        path = (node.get("qualified_name") or {}).get("path")
        parts = path or [node["catalog_name"], node["schema_name"], node["table_name"]]
        parts = [str(part) for part in parts if part]
        name = ".".join(parts)
        if len(parts) == 1 and name.lower() in named:
            return
        found = self._file(name)
        if found != name:
            node |= {"catalog_name": "", "schema_name": "", "table_name": found}
            if path:
                node["qualified_name"] = {"path": [found]}

    def _table_function(self, node: Mapping[str, Any]) -> None:
        call = node["function"]
        name = str(call["function_name"]).lower()
        if call.get("class") != "FUNCTION" or name not in _READERS | _MAKERS:
            raise _refused(f"{name[:60]} is not allowed in it")
        # The nodes below are looked at too; this one is no function for values.
        call["is_table"] = True
        if name in _READERS:
            for constant in _named_files(call):
                key, field = ("literal", "text") if "literal" in constant else ("value", "value")
                name = str(constant[key][field])
                constant[key][field] = self._file(name)

    def _file(self, name: str) -> str:
        """Note a file and return the path that leads to it."""
        if "://" in name:
            raise DataError(f"The query reads {name[:200]}, which is no file of this machine.", _REMEDY)
        path = self.place(name)
        matching = files_of(path)
        if len(self.files) + len(matching) > _MOST_FILES:
            raise DataError(f"The query reads more than {_MOST_FILES:,} files.", "Put them together.")
        for file in matching:
            require_file(Path(file))
            self.files[file] = None
        if matching != (path,):
            self.patterns[path] = None
        self.moved = self.moved or path != name
        return path


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping of a tree, outer ones first; what a constant holds is no node."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            if value.get("class") != "CONSTANT":
                waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _named_files(call: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the constants that name the files of a function that reads."""
    given = call.get("children") or [entry["expression"] for entry in call.get("arguments") or ()]
    first = given[0] if given else {}
    inner = [first]
    if first.get("function_name") in ("list_value", "list_pack"):
        inner = first.get("children") or [entry["expression"] for entry in first.get("arguments") or ()]
    elif first.get("type") == "ARRAY_CONSTRUCTOR":
        inner = first.get("children") or []
    if not inner or not all(_is_text(node) for node in inner):
        raise DataError(f"The query must name the files of {call['function_name']}.", _REMEDY)
    return inner


def _is_text(node: Mapping[str, Any]) -> bool:
    if node.get("class") != "CONSTANT":
        return False
    if "literal" in node:
        return node["literal"].get("kind") == "STRING" and isinstance(node["literal"].get("text"), str)
    return isinstance(node.get("value", {}).get("value"), str)


def files_of(path: str) -> tuple[str, ...]:
    """Return the files that a path in a query stands for: itself, or those that a pattern in it matches.

    Patterns are for names in one folder: a walk through folders below has no end that is known before.

    Raises:
        DataError: none does.
    """
    folder, name = os.path.split(path)
    if os.path.exists(path) or not any(letter in name for letter in "*?["):
        return (path,)
    found: list[str] = []
    try:
        with os.scandir(folder or ".") as entries:
            found = sorted(
                os.path.join(folder, entry.name)
                for entry in entries
                if fnmatch.fnmatchcase(entry.name, name)
            )
    except (OSError, ValueError):
        pass
    if not found:
        raise DataError(f"There is no file {path}.", "Check the path.")
    return tuple(found)


def _word(kind: Any) -> str:
    """Return the name of a kind of node as SQL writes it: `COPY_QUERY_NODE` is COPY."""
    return (
        str(kind).removesuffix("_NODE").removesuffix("_QUERY").removesuffix("_REF").replace("_", " ")[:60]
    )
