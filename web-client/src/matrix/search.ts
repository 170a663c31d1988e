import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { Matrix } from "./api";
import { request } from "./client";
import type { SearchHit, SearchPage, SearchQuery } from "./model";
import { personIn } from "./people";

interface Answer {
  search_categories?: { room_events?: { count?: number; highlights?: string[]; next_batch?: string; results?: { result?: Found }[] } };
}

interface Found {
  event_id: string;
  room_id: string;
  sender: string;
  origin_server_ts: number;
  content: { body?: unknown; msgtype?: unknown };
}

const FILES: ReadonlySet<unknown> = new Set(["m.image", "m.video", "m.audio", "m.file"]);

/** Full-text search on the server, over all that the person may see. What its filter cannot say is sifted here. */
export function searching(client: MatrixClient): Pick<Matrix, "search"> {
  return {
    search: (query, next) =>
      request(async () => {
        const answer = (await client.search({ body: bodyOf(query) as never, ...(next ? { next_batch: next } : {}) })) as unknown as Answer;
        return pageOf(client, query, answer);
      }),
  };
}

function bodyOf({ words, channel, sender, has }: SearchQuery): object {
  const filter = {
    limit: 30,
    ...(channel ? { rooms: [channel] } : {}),
    ...(sender ? { senders: [sender] } : {}),
    ...(has === "file" ? { contains_url: true } : {}),
  };
  return { search_categories: { room_events: { search_term: words, keys: ["content.body"], order_by: "recent", filter } } };
}

function pageOf(client: MatrixClient, query: SearchQuery, answer: Answer): SearchPage {
  const found = answer.search_categories?.room_events;
  const hits = (found?.results ?? []).flatMap(({ result }): SearchHit[] => {
    if (!result || !fits(query, result)) return [];
    const sender = personIn(client, client.getRoom(result.room_id), result.sender);
    return [{ channel: result.room_id, event: result.event_id, sender, ts: result.origin_server_ts, body: String(result.content.body ?? "") }];
  });
  return { count: found?.count ?? hits.length, hits, words: found?.highlights ?? [], next: found?.next_batch ?? null };
}

function fits({ has, after, before }: SearchQuery, { content, origin_server_ts: ts }: Found): boolean {
  if (after !== null && ts < after) return false;
  if (before !== null && ts >= before) return false;
  if (has === "file") return FILES.has(content.msgtype);
  return has !== "link" || /https?:\/\//.test(String(content.body ?? ""));
}
