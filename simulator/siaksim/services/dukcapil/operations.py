"""The operations of the Dukcapil data web service: what each answers, and what it counts."""

from __future__ import annotations

from siaksim.services.base import Answer, Call, OperationFunction
from siaksim.services.dukcapil import face, messages, record, report, rules, scores
from siaksim.services.dukcapil.admission import admit, person_of, seen_by, values
from siaksim.services.dukcapil.reading import said
from siaksim.world import World


def call_nik(call: Call, world: World) -> Answer:
    """Give one person's record: the agreement's fields, in its typing."""
    admitted = admit(call, world, complete=bool(said(call.body, "NIK")))
    if isinstance(admitted, Answer):
        return admitted
    person = person_of(admitted, world)
    if isinstance(person, str):
        return admitted.error(person)
    shown = record.shaped(values(person, world), admitted.agreement)
    return messages.page([shown], admitted.count(""), quota_left=admitted.limiter)


def call_nik_get_kk(call: Call, world: World) -> Answer:
    """Give the record of a person and of the family, head first: one element a member.

    Observed by its name only: that there are several elements is inferred (domain.md 1.4).
    """
    admitted = admit(call, world, complete=bool(said(call.body, "NIK")))
    if isinstance(admitted, Answer):
        return admitted
    person = person_of(admitted, world)
    if isinstance(person, str):
        return admitted.error(person)
    family = [
        seen_by(member, admitted.agreement, world)
        for member in world.country.household(person.kk)
        if member.status != "dead"
    ]
    content = [record.shaped(values(member, world), admitted.agreement) for member in family]
    return messages.page(content, admitted.count(""), quota_left=admitted.limiter)


def call_verify(call: Call, world: World) -> Answer:
    """Compare the elements asked with the record; what differs is no error."""
    agreement = world.agreements.get(call.path["agreement"])
    threshold = rules.threshold_of(agreement, call.body) if agreement else None
    complete = bool(said(call.body, "NIK")) and threshold is not None
    admitted = admit(call, world, complete)
    if isinstance(admitted, Answer):
        return admitted
    person = person_of(admitted, world)
    if isinstance(person, str):
        return admitted.error(person)
    elements = scores.asked(call.body)
    answered = scores.verdicts(elements, values(person, world), threshold or 0)
    if admitted.agreement.nik_element == "echo":
        answered["NIK"] = admitted.nik
    return messages.page([answered], admitted.count(""), quota_left=admitted.limiter)


OPERATIONS: dict[str, OperationFunction] = {
    "dukcapil.call_nik": call_nik,
    "dukcapil.call_nik_get_kk": call_nik_get_kk,
    "dukcapil.call_verify": call_verify,
    "dukcapil.call_fr": face.call_fr,
    "dukcapil.usage_report": report.usage_report,
}
