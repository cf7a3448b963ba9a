"""gateway_html: a gateway's own HTML page, byte for byte as nginx sends it, instead of JSON.

- {target: siak.*, kind: gateway_html, status: 504, delay: 60s, share: 5%}
- {target: ikd.*, kind: gateway_html, status: 502, share: 2%}

502: no upstream took the call. 504: none answered in time, 60 s by nginx's default, so `delay`
lets the page come as late as it would. Nothing is committed; for a 504 after the commit see
lost_answer. As with nginx, browsers (MSIE, Chrome) get the page with padding.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from siaksim.core.effects import Effect, Wait
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.laws import Law
from siaksim.faults.pages import gateway_page


def _gateway(status: int) -> int:
    if status not in (502, 503, 504):
        raise ValueError(f"'{status}' is no gateway's status: give 502, 503 or 504")
    return status


class GatewayHtml(FaultModel):
    """Answers with nginx's page for `status`, after `delay` (client seconds) if it is given."""

    layer: ClassVar[str] = "http"
    kind: Literal["gateway_html"]
    status: Annotated[int, AfterValidator(_gateway)] = 504
    delay: Law | None = None

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the page, behind a wait if there is one."""
        page = gateway_page(self.status)
        if self.delay is None:
            return (page,)
        return (Wait(self.delay.at(draw("delay"))), page)
