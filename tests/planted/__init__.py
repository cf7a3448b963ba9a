"""Ten careless clients with one planted bug each, and their careful twins: what a hunt has to find.

They are example clients with a habit more (or less), and run in process (`siaksim.stage`) as well
as over sockets: `PYTHONPATH=tests python -m planted NAME` under `siaksim hunt` or `siaksim check`.
"""

from __future__ import annotations

from planted.bug import Bug as Bug
from planted.bug import bug_named as bug_named
from planted.by_manners import BUGS as _BY_MANNERS
from planted.crash import CRASH_ON_502
from planted.kit import QUEUE_LOST
from planted.loop import SOFT_ERROR_LOOP
from planted.old_link import OLD_LINK
from planted.session import SESSION_GIVES_UP

BUGS: tuple[Bug, ...] = (
    *_BY_MANNERS,
    CRASH_ON_502,
    SOFT_ERROR_LOOP,
    SESSION_GIVES_UP,
    OLD_LINK,
    QUEUE_LOST,
)
