"""What `siaksim links` says of profiles: the list, and one in full."""

from __future__ import annotations

from siaksim import data
from siaksim.edges.choosing import is_file
from siaksim.faults.rates import rate_text
from siaksim.links.profile import Profile
from siaksim.scenario.links import load_profile, shipped_profile

_WIDTH = 12


def profiles() -> list[str]:
    """Return a line for each shipped profile."""
    names = data.profile_names()
    width = max(len(name) for name in names)
    return [f"{name:<{width}}  {shipped_profile(name).about}" for name in names]


def chosen_profile(name: str) -> Profile:
    """Return a profile by name or file; UserError when there is none."""
    if is_file(name):
        with open(name, encoding="utf-8") as file:
            return load_profile(file.read(), name)
    return shipped_profile(name)


def described(name: str, profile: Profile) -> list[str]:
    """Return a profile in plain words, with where its numbers come from."""
    told = [f"{name}: {profile.about}".rstrip(": "), ""]
    rows = {
        "round trip": _length(profile.round_trip, profile.jitter),
        "download": rate_text(profile.download) if profile.download else "",
        "upload": rate_text(profile.upload) if profile.upload else "",
        "loss": _loss(profile),
        "drops": _drops(profile),
        "nat idle": f"forgets after {profile.nat_idle:g}s of silence" if profile.nat_idle else "",
        "portal": "a login page answers instead of SIAK" if profile.portal else "",
    }
    told += [f"  {label:<{_WIDTH}}{text}" for label, text in rows.items() if text]
    if len(told) == 2:
        told.append("  adds nothing")
    for source in profile.sources:
        told.append(f"  {'source':<{_WIDTH}}{source}")
    return [*told, "", f"  links: {{office: {{profile: {name}}}}}  puts a site on it"]


def _length(round_trip: float, jitter: float) -> str:
    if not round_trip:
        return ""
    return f"{1000 * round_trip:g} ms, {1000 * jitter:g} ms more or less"


def _loss(profile: Profile) -> str:
    loss = profile.loss
    if loss is None:
        return ""
    share = loss.bad / (loss.good + loss.bad)
    runs = f"runs of {loss.bad:g} in {loss.good + loss.bad:g}"
    return f"{share:.1%} of packets, {runs}: a stall of {1000 * profile.rto_s:.0f} ms or more each"


def _drops(profile: Profile) -> str:
    drops = profile.drops
    if drops is None:
        return ""
    up = "-".join(f"{drops.after.at(mark):.0f}" for mark in (0.0, 0.999999))
    down = "-".join(f"{drops.length.at(mark):.0f}" for mark in (0.0, 0.999999))
    return f"down for {down} s after {up} s, by turns"
