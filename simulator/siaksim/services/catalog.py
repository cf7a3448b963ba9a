"""Every mocked operation by its name: service.operationId."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from siaksim.services.base import Call, OperationFunction, OwnQuota
from siaksim.services.dukcapil.admission import used_up
from siaksim.services.dukcapil.operations import OPERATIONS as DUKCAPIL
from siaksim.services.ikd.operations import OPERATIONS as IKD
from siaksim.services.mail.operations import OPERATIONS as MAIL
from siaksim.services.siak.operations import OPERATIONS as SIAK
from siaksim.services.siak.operations import PREPARED as PREPARED
from siaksim.services.siak.operations import SLOW as SLOW_SIAK

OPERATIONS: dict[str, OperationFunction] = {**IKD, **SIAK, **MAIL, **DUKCAPIL}

QUOTAS: dict[str, OwnQuota] = {"dukcapil": OwnQuota(used_up, 200, "05")}
"""Services that count a quota's calls in their own ledger; the others count by the office hour."""

SLOW: Mapping[str, Callable[[Call], bool]] = SLOW_SIAK
"""Which calls of an operation compute for long: a server runs those in a thread."""
