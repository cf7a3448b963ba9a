"""Every mocked operation by its name: service.operationId."""

from __future__ import annotations

from siaksim.services.base import OperationFunction, QuotaRule
from siaksim.services.ikd.operations import OPERATIONS as IKD
from siaksim.services.mail.operations import OPERATIONS as MAIL
from siaksim.services.siak.operations import OPERATIONS as SIAK

OPERATIONS: dict[str, OperationFunction] = {**IKD, **SIAK, **MAIL}

QUOTAS: dict[str, QuotaRule] = {}
"""Services that count a quota's calls in their own ledger; the others count by the office hour."""
