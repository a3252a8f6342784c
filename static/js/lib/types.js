/**
 * The shapes that travel on the wire (docs/protocol.md), for the type checker alone.
 *
 * @typedef {Record<string, string>} Text  one text by language
 * @typedef {{strong: string, tint: string, ink: string}} Colours
 * @typedef {{id: string, name: Text, mark: string, mark_by_language: Text, time_zone: string, language: string,
 *   colours: Colours, dot: "round"|"square", welcome: Text}} RoomPlan
 * @typedef {{kind: "session", id: string, title: Text, subtitle: Text, first_day: string, days: number,
 *   started: string|null, shift_ms: number}} Session
 * @typedef {{kind: "room", id: string, place: number, plan: RoomPlan}} Room
 * @typedef {"welcome"|"writing"|"sorting"|"voting"|"live"|"break"|"text"} ActivityType
 * @typedef {{type: ActivityType, id: string, title: Text, instruction: Text, rooms: string[], day: number,
 *   starts_at: number, duration_ms: number, wall: WallKind, board?: string, columns?: string[], hidden?: boolean,
 *   timer_ms?: number, participants?: boolean, dots?: number, max_per_item?: number, telephone?: string,
 *   speakers?: Text, consent?: Text, channels?: string[]}} ActivityPlan
 * @typedef {{kind: "activity", id: string, place: number, plan: ActivityPlan, opened_in: string[]}} Activity
 * @typedef {{id: string, title: Text}} Column
 * @typedef {{kind: "board", id: string, title: Text, columns: Column[], moderated: boolean, hidden: boolean,
 *   locked: boolean}} Board
 * @typedef {{kind: "counts", board: string, columns: Record<string, Record<string, number>>}} Counts
 * @typedef {{kind: "note", id: string, board: string, column: string, group: string|null, rank: string, room: string,
 *   text: string, language: string, translation: string, author: string, author_id: string|null, archived: boolean,
 *   edited: boolean}} Note
 * @typedef {{kind: "group", id: string, board: string, column: string, rank: string, title: string,
 *   translation: string}} Group
 * @typedef {"auto"|"board"|"column"|"group"|"progress"|"results"|"timer"|"join"|"agenda"|"message"|"black"|"live"} WallKind
 * @typedef {{kind: WallKind, target: string|null, text: string}} Wall
 * @typedef {{kind: "stage", room: string, activity: string|null, opened_at: number|null, phones: string|null,
 *   wall: Wall, language: string}} Stage
 * @typedef {{kind: "timer", room: string, status: "running"|"paused"|"ended", duration_ms: number,
 *   ends_at: number|null, remaining_ms: number}} Timer
 * @typedef {{id: string, kind: "group"|"note", title: string, translation: string, column: string, rooms: string[],
 *   notes: number}} RoundItem
 * @typedef {{kind: "round", id: string, activity: string, board: string, number: number, rooms: string[], dots: number,
 *   max_per_item: number, items: RoundItem[], status: "open"|"closed", shown: boolean, opened_at: number,
 *   tally: Record<string, Record<string, number>>|null, voters: Record<string, number>|null}} Round
 * @typedef {{kind: "progress", round: string, finished: Record<string, number>}} Progress
 * @typedef {{kind: "participation", activity: string, written: Record<string, number>,
 *   done: Record<string, number>}} Participation
 * @typedef {{kind: "person", id: string, name: string, room: string, role: string, joined_at: number,
 *   removed: boolean, erased: boolean, came_by: ""|"link"|"code"|"invitation"}} Person
 * @typedef {{kind: "invitation", id: string, room: string, name: string, by: string, expires_at: number,
 *   role: "facilitator"|"interpreter"}} Invitation
 * @typedef {{kind: "renewals", room: string, participant: number, facilitator: number, projector: number,
 *   interpreter: number}} Renewals
 * @typedef {{kind: "me", id: string, name: string, room: string, role: string, removed: boolean, done: string[]}} Me
 * @typedef {{kind: "own_note", id: string, activity: string, board: string, column: string, text: string,
 *   language: string, status: "active"|"withdrawn"|"archived", rank: string, written_at: number}} OwnNote
 * @typedef {{kind: "ballot", round: string, dots: Record<string, number>}} Ballot
 *
 * @typedef {{kind: "station", room: string, station_id: string, camera: boolean, microphone: boolean}} Station
 * @typedef {{kind: "link", activity: string, rooms: string[], offerer: string, status: "waiting"|"live"|"over",
 *   generation: number, ready: string[], live_at: number|null, over_at: number|null, muted: string[],
 *   paused: string[], way: "direct"|"relay", asked: string[], layouts: Record<string, Layout>,
 *   shared: boolean, channels: Record<string, Channel>, sounds: Record<string, string>, recording: Recording|null,
 *   came: string[], held_back: Record<string, number>}} Link
 * @typedef {{interpreter: string|null, next: string|null, speaking: boolean}} Channel  of a language; names are "" on phones and walls
 * @typedef {{kind: "own_channel", activity: string, language: string, holds: boolean, page: string|null}} OwnChannel
 * @typedef {{asked_by: string, agreed: string[], started_at: number|null, ended_at: number|null, ended_by: string|null,
 *   trouble: "full"|"unwritable"|"not_offered"|"away"|null}} Recording
 * @typedef {{kind: "hand", id: string, activity: string, room: string, rank: string, speaking: boolean, name: string}} Hand
 * @typedef {{kind: "own_hand", activity: string, hand: string}} OwnHand
 * @typedef {{kind: "check", activity: string, room: string, asked_at: number|null, checked_at: number|null,
 *   light: "good"|"fair"|"bad"|null, advice: string[], picture: string|null, sound: string|null, way: string|null,
 *   turn: string[]|null, up_kbit: number|null, round_trip_ms: number|null, loss_percent: number|null}} Check
 * @typedef {"hall"|"halves"|"board"|"picture"} Layout
 *
 * @typedef {Session|Room|Activity|Board|Counts|Note|Group|Stage|Timer|Round|Progress|Participation|Person|Invitation|Renewals|Station|Link|Check|Hand|OwnHand|OwnChannel|Me|OwnNote|Ballot} Entity
 * @typedef {{session: Session, room: Room, activity: Activity, board: Board, counts: Counts, note: Note, group: Group,
 *   stage: Stage, timer: Timer, round: Round, progress: Progress, participation: Participation, person: Person,
 *   invitation: Invitation, renewals: Renewals, station: Station, link: Link, check: Check, hand: Hand,
 *   own_hand: OwnHand, own_channel: OwnChannel, me: Me, own_note: OwnNote, ballot: Ballot}} Kinds
 *
 * @typedef {{way: "direct"|"turn_udp"|"turn_tcp"|"turn_tls"|"relay", round_trip_ms: number|null, lost: number|null,
 *   up_kbps: number, down_kbps: number, width: number, height: number}} Figures
 *
 * @typedef {{note_chars: number, title_chars: number, name_chars: number, message_chars: number,
 *   notes_per_person_and_activity: number, timer_min_ms: number, timer_max_ms: number}} Limits
 * @typedef {{phones: Record<string, number>, facilitators: Record<string, number>, projectors: Record<string, number>,
 *   interpreters: Record<string, number>,
 *   people: Record<string, {connected: boolean, last_seen_at: number|null}>|null}} Presence
 * @typedef {{type: string} & Record<string, unknown>} Command
 * @typedef {{ok: true} | {ok: false, code: string, message: string, params: Record<string, string|number>}} Answer
 *
 * @typedef {{session: string, person: string, role: "participant"|"facilitator"|"projector"|"camera"|"interpreter",
 *   room: string, language: string, socket: string, catalogues: Record<string, string>, later: Record<string, string>,
 *   join_address: string, join_code: string, join_qr: string, epoch: string, server_at: number, records: boolean,
 *   limits: Limits,
 *   snapshots: {stream: string, n: number, entities: Record<string, Entity>}[]}} Boot  what the page shell hands over; `join_qr` is the address of an SVG for this room
 */

export {};
