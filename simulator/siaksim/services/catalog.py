"""Every mocked operation by its name: service.operationId."""

from __future__ import annotations

from siaksim.services.base import OperationFunction
from siaksim.services.dukcapil.operations import OPERATIONS as DUKCAPIL
from siaksim.services.ikd.operations import OPERATIONS as IKD
from siaksim.services.mail.operations import OPERATIONS as MAIL
from siaksim.services.siak.operations import OPERATIONS as SIAK

OPERATIONS: dict[str, OperationFunction] = {**IKD, **SIAK, **MAIL, **DUKCAPIL}
