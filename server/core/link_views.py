"""What audiences see of the live link. Called from `views`, which says who sees any of it at all."""

from server.core.audiences import FACILITATOR, INTERPRETER, PARTICIPANT
from server.core.decider import World
from server.core.link_checks import advice, light
from server.core.link_entities import ChannelEntity, CheckEntity, HandEntity, LinkEntity, StationEntity
from server.core.link_ladder import tried_again_at
from server.core.link_state import Channel, Hand, Link, LinkCheck, Station
from server.core.links import station_of
from server.core.plan import LiveWindow


def station(world: World, _audience: str, station: Station) -> StationEntity | None:
    if station_of(world.state, station.room) is None:
        return None
    return StationEntity(station.room, station.id, station.camera, station.microphone)


def _channel(world: World, audience: str, channel: Channel | None) -> ChannelEntity:
    if channel is None:
        return ChannelEntity(None, None, False)

    def name(person: str) -> str:
        return world.names.get(person, "") if audience in (FACILITATOR, INTERPRETER) else ""

    following = None if channel.next is None else name(channel.next)
    return ChannelEntity(name(channel.interpreter), following, channel.speaking)


def link(world: World, audience: str, link: Link) -> LinkEntity:
    window = world.state.plan.activity(link.activity)
    languages = window.channels if isinstance(window, LiveWindow) else ()
    return LinkEntity(
        activity=link.activity,
        rooms=link.rooms,
        offerer=link.rooms[0],
        status=link.status,
        generation=link.generation,
        ready=link.ready,
        live_at=link.live_at,
        over_at=link.over_at,
        muted=link.muted,
        paused=link.paused,
        way=link.way,
        asked=link.asked,
        layouts=link.layouts,
        shared=link.shared,
        channels={language: _channel(world, audience, link.channels.get(language)) for language in languages},
        sounds=link.sounds,
        recording=link.recording,
        came=link.came,
        held_back={room: tried_again_at(one) for room, one in link.held_back.items() if one.held},
    )


def hand(world: World, audience: str, hand: Hand) -> HandEntity:
    name = "" if audience == PARTICIPANT else world.names.get(hand.id, "")
    return HandEntity(hand.id, hand.activity, hand.room, hand.rank, hand.speaking, name)


def check(_world: World, _audience: str, check: LinkCheck) -> CheckEntity:
    found = check.found
    return CheckEntity(
        activity=check.activity,
        room=check.room,
        asked_at=check.asked_at,
        checked_at=check.checked_at,
        light=light(found) if found else None,
        advice=advice(found) if found else (),
        picture=found.picture if found else None,
        sound=found.sound if found else None,
        way=found.way if found else None,
        turn=found.turn if found else None,
        up_kbit=found.up_kbit if found else None,
        round_trip_ms=found.round_trip_ms if found else None,
        loss_percent=found.loss_percent if found else None,
    )
