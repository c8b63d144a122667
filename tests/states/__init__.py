"""Every page and state that people can meet: one table, for the checks and for the photographs.

A new page or state is one function in a file here. It is then checked in every language, colour
scheme and width (``tests/journeys/test_accessibility.py``) and photographed
(``python -m tests.screenshots``). A page for staff without a state fails
``tests/house/test_states.py``.
"""

import pkgutil
from importlib import import_module

from tests.states.made import IDEAS
from tests.states.table import STATES, State, is_first, state

__all__ = ["IDEAS", "STATES", "State", "is_first", "state"]

for _file in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_file.name}")
