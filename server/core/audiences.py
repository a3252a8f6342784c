"""Who may see the same: four shared audiences, and "person:<id>", a person's own overlay.

Rooms are not audiences: both halls see the same boards.
"""

FACILITATOR, PARTICIPANT, PROJECTOR, INTERPRETER = "facilitator", "participant", "projector", "interpreter"
SHARED = (PARTICIPANT, FACILITATOR, PROJECTOR, INTERPRETER)


def person_audience(person_id: str) -> str:
    return f"person:{person_id}"
