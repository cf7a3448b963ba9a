"""wrong_type: the right body under a wrong Content-Type, or an HTML page with status 200.

- {target: siak.search, kind: wrong_type, share: 5%}
- {target: ikd.*, kind: wrong_type, type: text/plain; charset=utf-8, share: 1%}
- {target: ikd.*, kind: wrong_type, body: html, share: 1%}

With `body: right` the operation runs and commits, and only the header lies. With `body: html` the
call landed on a server that knows nothing of SIAK: nothing is committed.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from siaksim.core.effects import Effect, Page, Retype
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.pages import NGINX, plain_page

_PAGE = plain_page("Welcome to nginx!", "The web server is installed and working.")
_MEDIA = r"^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}(; ?charset=[A-Za-z0-9-]{1,20})?$"


class WrongType(FaultModel):
    """Sends `type` as the Content-Type; `body: html` sends a page of HTML instead."""

    layer: ClassVar[str] = "http"
    kind: Literal["wrong_type"]
    type: Annotated[str, Field(pattern=_MEDIA)] = "text/html"
    body: Literal["right", "html"] = "right"

    @model_validator(mode="after")
    def _fits(self) -> WrongType:
        if self.body == "html" and "type" in self.model_fields_set:
            raise ValueError("with `body: html` the type is text/html: leave `type` out")
        return self

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return the other type, or the other page."""
        if self.body == "html":
            return (Page(200, _PAGE, "text/html", server=NGINX),)
        return (Retype(self.type),)
