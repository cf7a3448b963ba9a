"""What an office makes of failing calls: it notices, puts up a notice, takes papers. PURE.

An officer sees her own calls only. SIAK counts as down for the office when calls have failed so
long without one that was answered; as back with the first answer. While papers are taken nobody
calls but one who looks now and then.
"""

from __future__ import annotations

from math import inf

from siaksim.office.office import Office

PAPER, NOTICE = "paper", "notice"


class Trouble:
    """What the office knows of SIAK; times are office time. By hand or by itself (`office`)."""

    def __init__(self, office: Office | None = None) -> None:
        self.failing_since: float | None = None
        self.spans: list[tuple[str, float, float]] = []
        """Modes that are over: (`paper` or `notice`, from, until)."""
        self._after = {PAPER: inf, NOTICE: inf}
        if office is not None and office.paper is not None:
            self._after[PAPER] = office.paper.after_s
        if office is not None and office.notice.after_s is not None:
            self._after[NOTICE] = office.notice.after_s
        self._since: dict[str, float] = {}

    @property
    def on_paper(self) -> bool:
        """Say whether papers are taken now."""
        return PAPER in self._since

    @property
    def announced(self) -> bool:
        """Say whether a notice hangs at the door now."""
        return NOTICE in self._since

    def failed(self, now: float) -> None:
        """Note a call that was not answered."""
        if self.failing_since is None:
            self.failing_since = now
        for mode, after_s in self._after.items():
            if now - self.failing_since >= after_s:
                self.begin(mode, now)

    def answered(self, now: float) -> None:
        """Note a call that was answered: SIAK is back."""
        self.failing_since = None
        for mode in (PAPER, NOTICE):
            self.stop(mode, now)

    def begin(self, mode: str, now: float) -> None:
        """Begin to take papers, or put a notice up."""
        self._since.setdefault(mode, now)

    def stop(self, mode: str, now: float) -> None:
        """Take no more papers, or take the notice down."""
        since = self._since.pop(mode, None)
        if since is not None:
            self.spans.append((mode, since, now))
