"""What each of a test process's many applications would make anew, and the same: made once.

Nothing here knows what a test has done: not what is stored, not what was asked, not the settings.
"""

from collections.abc import Callable, Hashable
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from intake.db import db

COMPILED = TemporaryDirectory()
STATEMENTS: LRUCache[Any, Any] = LRUCache(1000)


class KnownRule(Rule):
    """Writes an address with the function of an equal rule of another application.

    Werkzeug compiles two such functions for each rule: most of what making an application costs.
    They ask the rule that they are called on for its converters, and hold nothing of it.
    """

    _known: ClassVar[dict[Hashable, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        shape = (*self._trace, append_unknown)
        if shape not in self._known:
            self._known[shape] = super()._compile_builder(append_unknown)
        return self._known[shape]


def keep() -> None:
    """Let templates, rules, and what is compiled for a kind of database serve every application."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(COMPILED.name)}
    Flask.url_rule_class = KnownRule
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # each engine has one of its own
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect._type_memos = WeakKeyDictionary()


def keep_statements(app: Flask) -> None:
    """Let *app* write its SQL with what other applications have had compiled."""
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=STATEMENTS)
