"""What is wrong with a site and its Logto, line by line, each with the fix.

::

    from logto_auth.doctor import Context, examine

    for line in examine(Context()):
        print(line.status, line.id, line.found)

``manage.py logto_doctor`` prints it. Nothing is changed, neither here nor in Logto.
"""

from __future__ import annotations

from .context import Context
from .line import Line, Status
from .run import examine

__all__ = ["Context", "Line", "Status", "examine"]
