"""Whoever opened the door commits: verbs never do."""

import ast
from pathlib import Path

HOUSE = Path(__file__).parents[2] / "intake"
DOORS = ("public/", "staff/", "operate/", "outbox/delivery.py")


def test_only_doors_commit() -> None:
    found = [
        f"{path.relative_to(HOUSE)}:{node.lineno}"
        for path in HOUSE.rglob("*.py")
        if not path.relative_to(HOUSE).as_posix().startswith(DOORS) and path.name != "commands.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    assert found == []
