"""Interpretation of a live window: one channel a language, one interpreter at its microphone, another who may take over.

Sound goes by the media process; here stands whose it is. The next interpreter offers, the one who has the microphone gives it:
listeners stay on the channel and hear one voice after the other. In which language a hall hears the other one, its own
facilitators say.
"""

from typing import Literal, assert_never

from msgspec import Struct

from server.core.channels import handed_over, left_by, people_on, speaks_from, with_channel, without
from server.core.ids import Id, Language, NewId
from server.core.link_state import Channel, Link
from server.core.links import LinkSet, changed, link_of
from server.core.plan import LiveWindow
from server.core.state import Context, State
from server.core.tools import activity_of, replace
from server.errors import Code, Rejected


class TakeChannel(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """An empty channel is the actor's from now on. One that somebody has: the actor offers to take it over.

    `page`: which of the actor's pages speaks from now on. Said again from another, that one takes over, with the microphone closed.
    """

    activity_id: Id
    language: Language
    page: NewId | None = None


class HandOver(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Give the channel to whoever has offered. Nothing where nobody has, any more."""

    activity_id: Id
    language: Language


class LeaveChannel(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Give the channel up, to whoever has offered if there is one; or take one's own offer back."""

    activity_id: Id
    language: Language


class SetSpeaking(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The microphone open, or closed. Who has two channels speaks into one at a time.

    `page`: of which page; nothing where another one of the actor speaks by now.
    """

    activity_id: Id
    language: Language
    speaking: bool
    page: NewId | None = None


class SetHallSound(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What the loudspeakers of the actor's own room play: the other hall as it is ("floor"), or a channel."""

    activity_id: Id
    sound: Literal["floor", "de", "ru", "en"]


class GiveUpChannels(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The server's own: this interpreter has been away for long, so somebody else may have what they held."""

    person_id: Id


ClientCommand = TakeChannel | HandOver | LeaveChannel | SetSpeaking | SetHallSound
Command = ClientCommand | GiveUpChannels


def decide(state: State, command: Command, ctx: Context) -> tuple[LinkSet, ...]:
    actor = ctx.actor.person
    match command:
        case TakeChannel(activity_id, language, page):
            link = _interpreted(state, activity_id, language, ctx)
            taken = with_channel(link, language, _taken(link.channels.get(language), actor))
            return changed(state, _from_page(taken, actor, page))
        case HandOver(activity_id, language):
            link = _interpreted(state, activity_id, language, ctx)
            channel = _own(link, language, actor)
            return () if channel.next is None else changed(state, with_channel(link, language, handed_over(channel)))
        case LeaveChannel(activity_id, language):
            link = _interpreted(state, activity_id, language, ctx)
            found = link.channels.get(language)
            return () if found is None else changed(state, with_channel(link, language, without(found, actor)))
        case SetSpeaking(activity_id, language, speaking, page):
            link = _interpreted(state, activity_id, language, ctx)
            channel = _own(link, language, actor)
            if not speaks_from(link, actor, page):
                return ()
            quiet = _silenced(link, actor) if speaking else link
            return changed(state, with_channel(quiet, language, replace(channel, speaking=speaking)))
        case SetHallSound(activity_id, sound):
            if sound != "floor":
                _interpreted(state, activity_id, sound, ctx)
            return _set_hall_sound(state, link_of(state, activity_id, ctx), ctx.actor.room, sound)
        case GiveUpChannels(person_id):
            links = (link for link in state.links.values() if person_id in people_on(link))
            return tuple(LinkSet(left_by(link, person_id)) for link in links)
        case _:
            assert_never(command)


def _interpreted(state: State, activity_id: str, language: str, ctx: Context) -> Link:
    """The link of a window that has this channel."""
    link = link_of(state, activity_id, ctx)
    window = activity_of(state, activity_id)
    if not isinstance(window, LiveWindow) or language not in window.channels:
        raise Rejected(Code.CHANNEL_UNKNOWN)
    return link


def _taken(channel: Channel | None, actor: str) -> Channel:
    if channel is None:
        return Channel(actor)
    if channel.interpreter == actor:
        return channel
    if channel.next not in (None, actor):
        raise Rejected(Code.CHANNEL_OFFERED)
    return replace(channel, next=actor)


def _from_page(link: Link, actor: str, page: str | None) -> Link:
    """What another page of theirs had open is closed: nobody's microphone is opened by a page that was not asked to."""
    if page is None or link.pages.get(actor) == page:
        return link
    return replace(_silenced(link, actor), pages={**link.pages, actor: page})


def _own(link: Link, language: str, actor: str) -> Channel:
    channel = link.channels.get(language)
    if channel is None or channel.interpreter != actor:
        raise Rejected(Code.CHANNEL_NOT_YOURS)
    return channel


def _silenced(link: Link, actor: str) -> Link:
    """A voice goes one way: into no channel of this interpreter any more."""
    quiet = {
        language: replace(channel, speaking=False) if channel.interpreter == actor else channel
        for language, channel in link.channels.items()
    }
    return replace(link, channels=quiet)


def _set_hall_sound(state: State, link: Link, room: str, sound: str) -> tuple[LinkSet, ...]:
    others = {other: kept for other, kept in link.sounds.items() if other != room}
    return changed(state, replace(link, sounds=others if sound == "floor" else {**others, room: sound}))
