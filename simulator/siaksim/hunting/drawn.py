"""The rest of a hunt's space, drawn by Hypothesis: any call, any move, any number of times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

from siaksim.errors import UserError
from siaksim.hunting.moves import Move
from siaksim.hunting.schedule import EVERY, Schedule, Strike
from siaksim.hunting.spots import Spot

CALLS = (1, 1, 1, 2, 3, 4, EVERY)
"""How many calls in a row a drawn strike hits: one of these."""
TIMES = 4
"""How many schedules are drawn for each that is to be tried: some have been tried before."""


def struck(spot: Spot, move: Move, calls: int) -> Strike:
    """Return the strike on so many calls in a row from a spot on, or on EVERY call."""
    nth = EVERY if calls == EVERY else spot.nth
    return Strike(spot.place.operation, nth, move.name, max(1, calls), spot.actor)


def ready() -> None:
    """UserError when Hypothesis is missing, which a wheel needs for hunts only."""
    if find_spec("hypothesis") is None:
        raise UserError(
            "a hunt draws by Hypothesis, which is not installed.",
            how="Install it: pip install 'siaksim[hunt]'",
        )


def drawn(
    spots: Sequence[Spot], depth: int, seed: int, budget: int, one: Callable[[Schedule], bool]
) -> None:
    """Give drawn schedules to `one` until it says False, some more than `budget` at the most.

    The same spots and seed give the same schedules.
    """
    import hypothesis
    from hypothesis import strategies as st

    choices = [spot for spot in spots if spot.moves]
    if not choices or budget < 1:
        return

    @st.composite
    def schedules(draw: Callable[..., object]) -> Schedule:
        schedule = Schedule()
        for _ in range(draw(st.integers(1, depth))):  # type: ignore[call-overload]
            spot: Spot = draw(st.sampled_from(choices))  # type: ignore[assignment]
            move = draw(st.sampled_from(spot.moves))
            strike = struck(spot, move, draw(st.sampled_from(CALLS)))  # type: ignore[arg-type]
            if schedule.takes(strike):
                schedule = schedule.plus(strike)
        return schedule

    class _Enough(BaseException):
        """Ends Hypothesis's loop, which takes an Exception for a failure to look into."""

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=budget * TIMES,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(schedules())
    def draw_and_try(schedule: Schedule) -> None:
        if not one(schedule):
            raise _Enough

    try:
        draw_and_try()
    except _Enough:
        return
