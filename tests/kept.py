"""What each of a test process's many applications would make anew, and the same: made once.

Nothing here knows what a test has done: not what is stored, not what was asked, not the settings.
"""

from collections.abc import Callable, Hashable
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Dialect
from werkzeug.routing import Rule

from intake.db import db

COMPILED = TemporaryDirectory()
STATEMENTS: dict[Any, Any] = {}
_DIALECTS: dict[str, Dialect] = {}


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
    """Let templates and rules that are compiled serve every application."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(COMPILED.name)}
    Flask.url_rule_class = KnownRule


def keep_statements(app: Flask) -> None:
    """Let *app* write its SQL with what other applications have had compiled. What is compiled is
    known by its dialect, so engines of one kind get the dialect of the first.
    """
    with app.app_context():
        engine = db.engine
        if engine.dialect.name not in _DIALECTS:
            engine.connect().close()  # by which the dialect learns which server it speaks to
            _DIALECTS[engine.dialect.name] = engine.dialect
        engine.dialect = _DIALECTS[engine.dialect.name]
        engine.update_execution_options(compiled_cache=STATEMENTS)
