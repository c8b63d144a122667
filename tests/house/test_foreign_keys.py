"""Foreign keys go the same way as imports: to the own room or down a floor."""

from intake.db import Model

FLOORS = {"outbox": 1, "directory": 1, "enquiries": 3, "staff": 4}


def room(table: str) -> str:
    [model] = [m for m in Model.registry.mappers if m.local_table.name == table]
    return model.class_.__module__.split(".")[1]


def test_foreign_keys_go_down() -> None:
    pairs = {
        (room(table.name), room(key.column.table.name))
        for table in Model.metadata.tables.values()
        for key in table.foreign_keys
    }
    assert ("enquiries", "directory") in pairs
    assert [
        (above, below)
        for above, below in pairs
        if above != below and FLOORS[above] <= FLOORS[below]
    ] == []
