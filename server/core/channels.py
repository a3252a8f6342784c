"""The channels of a link: who leaves one, by pressing or by going, leaves it to whoever has offered to take over."""

from server.core.link_state import Channel, Link
from server.core.tools import replace


def handed_over(channel: Channel) -> Channel | None:
    """To who offered, with the microphone still closed: nobody's is opened by somebody else. None: nobody has it any more."""
    return None if channel.next is None else Channel(channel.next)


def without(channel: Channel, person: str) -> Channel | None:
    """The channel once that person neither has it nor offers to."""
    if channel.interpreter == person:
        return handed_over(channel)
    return replace(channel, next=None) if channel.next == person else channel


def with_channel(link: Link, language: str, channel: Channel | None) -> Link:
    others = {other: kept for other, kept in link.channels.items() if other != language}
    changed = replace(link, channels=others if channel is None else {**others, language: channel})
    on = people_on(changed)
    return replace(changed, pages={person: page for person, page in link.pages.items() if person in on})


def left_by(link: Link, person: str) -> Link:
    """The same link where that person is on none of its channels."""
    for language, channel in link.channels.items():
        remaining = without(channel, person)
        if remaining != channel:
            link = with_channel(link, language, remaining)
    return link


def speaks_from(link: Link, person: str, page: str | None) -> bool:
    """Whether that page of theirs is the one that speaks. None, and where no page has said so: it is."""
    return page is None or link.pages.get(person, page) == page


def people_on(link: Link) -> frozenset[str]:
    """Everyone who has a channel or offers to take one over."""
    return frozenset(p for channel in link.channels.values() for p in (channel.interpreter, channel.next) if p)
