"""Every mocked operation by its name: service.operationId."""

from __future__ import annotations

from siaksim.services.base import OperationFunction, QuotaRule
from siaksim.services.dukcapil.admission import used_up
from siaksim.services.dukcapil.operations import OPERATIONS as DUKCAPIL
from siaksim.services.ikd.operations import OPERATIONS as IKD
from siaksim.services.mail.operations import OPERATIONS as MAIL
from siaksim.services.siak.operations import OPERATIONS as SIAK

OPERATIONS: dict[str, OperationFunction] = {**IKD, **SIAK, **MAIL, **DUKCAPIL}

QUOTAS: dict[str, QuotaRule] = {"dukcapil": used_up}
"""Services that count a quota's calls in their own ledger; the others count by the office hour."""
