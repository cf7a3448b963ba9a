"""An office: who comes when, who serves them, and what becomes of them. PURE but for greenlets.

Nothing here knows HTTP, faults or the wall clock: a forecast and a live rehearsal play the same
office and the same citizens, each in its own time and with its own way of serving.
"""
