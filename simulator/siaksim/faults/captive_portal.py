"""captive_portal: a hotel's or an office's proxy answers instead of SIAK.

- {target: all, client: field_kit, kind: captive_portal, at: "08:00", for: 20m}
- {target: all, client: field_kit, kind: captive_portal, how: page, share: 10%}

`how: redirect` sends 302 to the portal's login page, `how: page` sends that page itself with
status 200, which a client may take for an answer. Nothing is committed. Texts: assumed.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from siaksim.core.effects import Effect, Page
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.pages import nginx_page, plain_page, reason

_FORM = (
    '<form method="post" action="/login">'
    '<input name="kamar" placeholder="Nomor kamar"> <button>Masuk</button></form>\n'
)
_PAGE = plain_page(
    "Selamat datang di WiFi tamu",
    "Silakan masuk untuk menggunakan internet.",
    extra=_FORM,
)
_NO_STORE = ("Cache-Control", "no-store")


class CaptivePortal(FaultModel):
    """Sends the client to a login page at `portal`, or sends the page."""

    layer: ClassVar[str] = "http"
    kind: Literal["captive_portal"]
    how: Literal["redirect", "page"] = "redirect"
    portal: Annotated[str, Field(pattern=r"^https?://[!-~]{1,200}$")] = "http://wifi.invalid/login"

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the redirect or the page."""
        if self.how == "page":
            return (Page(200, _PAGE, "text/html; charset=utf-8", headers=(_NO_STORE,)),)
        headers = (("Location", self.portal), _NO_STORE)
        return (Page(302, nginx_page(302), "text/html", reason(302), headers=headers),)
