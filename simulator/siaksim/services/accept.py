"""Which of the media types that an operation offers a client would rather have. PURE."""

from __future__ import annotations

from collections.abc import Sequence


def chosen(accept: str, offered: Sequence[str]) -> str:
    """Return the offered type that Accept ranks highest; the first offered when it says nothing."""
    weights = _weights(accept)
    best, best_weight = offered[0], 0.0
    for media in offered:
        weight = max(
            (w for pattern, w in weights.items() if _fits(pattern, media)),
            default=0.0,
        )
        if weight > best_weight:
            best, best_weight = media, weight
    return best


def names(accept: str, media: str) -> bool:
    """Say whether Accept names this very type, and not by a wildcard."""
    return _weights(accept).get(media, 0.0) > 0.0


def _weights(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for item in accept[:1000].split(","):
        media, *parameters = item.split(";")
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                weight = _number(value)
        if media.strip():
            found[media.strip().lower()] = weight
    return found


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= 1.0 else 0.0


def _fits(pattern: str, media: str) -> bool:
    return pattern in (media, "*/*", media.partition("/")[0] + "/*")
