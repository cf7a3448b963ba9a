"""Manners: every habit of a client that a rule looks at, one field each, the good value by default.

A variant is `replace(GOOD, tries=10)`: it differs in what it names and in nothing else. Seconds are
the client's own. Where the good values come from is told by the rules; the rest is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Keys = Literal["same", "fresh", "none"]
Anew = Literal["never", "unless_done", "always"]
Says = Literal["the_truth", "done", "handed_over"]


@dataclass(frozen=True, slots=True)
class Manners:
    """How a client behaves; read by calling.py unless a field says otherwise."""

    # -- one call --------------------------------------------------------------------------
    deadline_s: float | None = 10.0
    """How long a call may take in all; None: as long as it takes."""
    checks_status: bool = True
    """Whether a 5xx is no answer; else it is read as if it were one."""
    reads_errors: bool = True
    """Whether a 200 whose body tells of an error is no answer."""
    checks_type: bool = True
    """Whether an answer of a type that was not asked for is no answer."""
    header: str = ""
    """A header of the client's own that carries the NIK, '' for none."""
    masks_nik: bool = False
    """Whether that header shows the last four digits only."""
    spoils: int = 0
    """How many searches go out with a NIK that is a number and not a text (officer.py)."""
    strays: tuple[str, str] | None = None
    """A method and a path that the client also calls, once for each citizen (counter, kiosk)."""
    strangers: int = 0
    """How many NIKs of a list of its own, which siaksim did not issue, a client asks about."""

    # -- retries ---------------------------------------------------------------------------
    tries: int = 3
    backoff_s: float = 2.0
    """The longest wait before the first retry."""
    growth: float = 2.0
    """How many times longer each next wait may be."""
    floor_s: float = 0.5
    """The shortest wait."""
    jitter: float = 1.0
    """The share of a wait that is drawn: 0 draws nothing, 1 anything from the floor on."""
    budget: float | None = 1.0
    """Retries in hand, each paid back by ten good calls; None: as many as wanted."""
    obeys_retry_after: bool = True
    early_s: float = 0.0
    """How many seconds before a Retry-After is over the client comes back all the same."""
    repeats_refusals: int = 0
    """How many times a refusal for good (4xx) is asked again, unchanged."""
    refusal_wait_s: float = 2.0
    """The wait before such a repeat."""

    # -- outages ---------------------------------------------------------------------------
    breaker: int | None = 3
    """Failures in a row that stop all calls to a service but probes; None: no breaker."""
    probe_s: float = 15.0
    """Between two probes."""
    spread_s: float = 15.0
    """How far the return to a service is spread: who is told to wait adds a draw of up to it."""
    pause_s: float = 65.0
    """Before a step is taken up again whose tries are used up (visit.py, counter.py)."""
    least_patience_s: float = 100.0
    """How long a step is tried at least before the case goes on paper."""

    # -- writes ----------------------------------------------------------------------------
    keys: Keys = "same"
    """Idempotency keys: the same for each try, a fresh one, or none."""
    asks_status: bool = True
    """Whether the status is asked for before a write is repeated."""
    registers_anew: Anew = "never"
    """Whether a lost answer to the activation makes the citizen begin again (activation.py)."""
    gives_up_at: tuple[str, ...] = ()
    """How paths of writes begin after whose lost answer the citizen is sent away, unasked for."""
    gives_up_kindly: bool = False
    """Whether somebody else is told of it; else it is said to have failed."""

    # -- in the field (field_kit.py) ---------------------------------------------------------
    keeps: bool = True
    """Whether what was captured outlives the program: else it is lost when sending fails."""
    records_from: int = 16 * 12 + 8
    """Months of age from which somebody is recorded."""
    compresses: bool = True
    """Whether a photograph is made small before it is kept."""
    trickles: bool = True
    """Whether items are sent while others are captured; else all of them at the end."""
    batch: int = 5
    """Items that are sent at once."""
    sync_pause_s: tuple[float, float] = (12.0, 18.0)
    """The shortest and the longest pause before a batch; one between is drawn."""
    refs: Keys = "same"
    """An item's client_ref: the same for each try, a fresh one, or none."""

    # -- sessions --------------------------------------------------------------------------
    logs_in_after_s: float = 0.0
    """How long a client that was told that its session is over waits before it logs in again."""
    drops_session: bool = True
    """Whether a dead token is thrown away at once; else it is tried once more (officer.py)."""

    # -- the mail and the status -----------------------------------------------------------
    polls_s: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0, 30.0)
    """Waits between two looks at a status; the last one goes on."""
    resend_after_s: float = 180.0
    resends: int = 3

    # -- the word --------------------------------------------------------------------------
    reports: bool = True
    """Whether outcomes are told at all."""
    forgets_every: int = 0
    """Every nth citizen is left without a word when something goes wrong; 0: nobody is."""
    says: Says = "the_truth"
    """What is said of each citizen: by a counter as soon as the mail is on its way."""


GOOD = Manners()

CARELESS = Manners(
    deadline_s=60.0,
    reads_errors=False,
    checks_type=False,
    header="X-NIK",
    tries=12,
    backoff_s=0.1,
    growth=1.0,
    floor_s=0.1,
    jitter=0.0,
    budget=None,
    obeys_retry_after=False,
    repeats_refusals=2,
    breaker=None,
    spread_s=0.0,
    pause_s=5.0,
    keys="none",
    asks_status=False,
    registers_anew="always",
    drops_session=False,
    polls_s=(0.5,),
    resend_after_s=2.0,
    resends=10,
    forgets_every=2,
    says="done",
    keeps=False,
    records_from=0,
    compresses=False,
    trickles=False,
    batch=200,
    sync_pause_s=(0.5, 0.5),
    refs="fresh",
)
"""The naive client: what one finds in real ones, all of it together."""
