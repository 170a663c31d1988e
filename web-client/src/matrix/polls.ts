import { type MatrixEvent, MatrixEventEvent } from "matrix-js-sdk/lib/models/event.js";
import { type Room, RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import type { Matrix } from "./api";
import { request } from "./client";
import type { LazyCryptoClient } from "./encryption/gate";
import type { Person, Poll } from "./model";
import { personIn } from "./people";
import { type PollStart, readPoll, readSelections } from "./poll-content";

const STARTS: ReadonlySet<string> = new Set(["m.poll.start", "org.matrix.msc3381.poll.start"]);
const RESPONSES: ReadonlySet<string> = new Set(["m.poll.response", "org.matrix.msc3381.poll.response"]);
const ENDS: ReadonlySet<string> = new Set(["m.poll.end", "org.matrix.msc3381.poll.end"]);
/** Pages of votes, and votes on a page, that are fetched of one poll. */
const PAGES = 50;
const PAGE = 100;

/** The question and answers of a poll; `null` for other events and for what makes no sense. */
export function pollStart(event: MatrixEvent): PollStart | null {
  return STARTS.has(event.getType()) ? readPoll(event.getContent()) : null;
}

const ofRooms = new WeakMap<Room, RoomPolls>();

export function pollsIn(client: LazyCryptoClient, room: Room): RoomPolls {
  let found = ofRooms.get(room);
  if (!found) {
    found = new RoomPolls(client, room);
    ofRooms.set(room, found);
  }
  return found;
}

/** The votes of a channel's polls: all of a poll are fetched when it is first shown, later ones come with sync. */
export class RoomPolls {
  readonly #client: LazyCryptoClient;
  readonly #room: Room;
  readonly #votes = new Map<string, Map<string, MatrixEvent>>();
  readonly #watchers = new Set<(poll: string) => void>();

  constructor(client: LazyCryptoClient, room: Room) {
    this.#client = client;
    this.#room = room;
    const take = (event: MatrixEvent) => {
      const relation = event.getRelation();
      if (event.getRoomId() === room.roomId && relation?.rel_type === "m.reference" && relation.event_id) this.#take(relation.event_id, event);
    };
    client.on(RoomEvent.Timeline, take);
    client.on(MatrixEventEvent.Decrypted, take);
  }

  /** Calls `watcher` with the identifier of each poll that has changed. */
  watch(watcher: (poll: string) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The poll as it stands, from the votes known so far. */
  state(event: MatrixEvent, start: PollStart): Poll {
    const id = event.getId() ?? "";
    const known = [...(this.#votes.get(id) ?? this.#fetch(id)).values()].filter((vote) => !vote.isRedacted());
    const end = known.filter((vote) => ENDS.has(vote.getType()) && this.#mayEnd(event, vote.getSender())).sort(byTime)[0];
    const valid = known.filter((vote) => RESPONSES.has(vote.getType()) && (!end || vote.getTs() <= end.getTs())).sort(byTime);
    // The last word of each counts.
    const bySender = new Map(valid.map((vote) => [vote.getSender() ?? "", readSelections(vote.getContent(), start)]));
    const voters = [...bySender].filter(([, chosen]) => chosen.length > 0);
    const who = (answer: string): Person[] => voters.filter(([, chosen]) => chosen.includes(answer)).map(([sender]) => personIn(this.#client, this.#room, sender));
    const me = this.#client.getSafeUserId();
    return {
      question: start.question,
      answers: start.answers.map((answer) => ({ ...answer, votes: who(answer.id) })),
      max: start.max,
      disclosed: start.disclosed,
      ended: end !== undefined,
      mine: bySender.get(me) ?? [],
      voters: voters.length,
      mayEnd: this.#mayEnd(event, me),
    };
  }

  #mayEnd(poll: MatrixEvent, sender: string | undefined): boolean {
    return sender !== undefined && (sender === poll.getSender() || this.#room.currentState.maySendRedactionForEvent(poll, sender));
  }

  #take(poll: string, event: MatrixEvent): void {
    const known = this.#votes.get(poll);
    const id = event.getId();
    if (!known || !id) return;
    known.set(id, event);
    for (const watcher of this.#watchers) watcher(poll);
  }

  #fetch(poll: string): Map<string, MatrixEvent> {
    const known = new Map<string, MatrixEvent>();
    this.#votes.set(poll, known);
    // What can't be fetched now is fetched when the channel is opened again.
    if (poll.startsWith("$")) void this.#fetchAll(poll).catch(() => this.#votes.delete(poll));
    return known;
  }

  async #fetchAll(poll: string): Promise<void> {
    let from: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const { events, nextBatch } = await this.#client.relations(this.#room.roomId, poll, "m.reference", null, { limit: PAGE, ...(from ? { from } : {}) });
      for (const event of events) this.#take(poll, event);
      from = nextBatch ?? undefined;
      if (!from) return;
    }
  }
}

function byTime(a: MatrixEvent, b: MatrixEvent): number {
  return a.getTs() - b.getTs();
}

type Loose = { sendEvent(room: string, thread: string | null, type: string, content: object): Promise<unknown> };

/** Votes and ends in both forms that clients know: of the spec, and of the time before. */
export function polling(client: LazyCryptoClient, room: (id: string) => Room): Pick<Matrix, "vote" | "endPoll"> {
  const send = (channel: string, type: string, content: object) =>
    request(async () => {
      if (room(channel).hasEncryptionStateEvent()) await client.gate.need();
      await (client as unknown as Loose).sendEvent(channel, null, type, content);
    });
  const about = (event: string) => ({ "m.relates_to": { rel_type: "m.reference", event_id: event } });
  return {
    vote: (channel, event, answers) => send(channel, "m.poll.response", { ...about(event), "m.selections": answers, "org.matrix.msc3381.poll.response": { answers } }),
    endPoll: (channel, event, text) => send(channel, "m.poll.end", { ...about(event), body: text, "m.text": [{ body: text }], "org.matrix.msc3381.poll.end": {} }),
  };
}
