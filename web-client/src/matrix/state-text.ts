import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { t } from "@/lib/i18n";
import { personIn } from "./people";

type Content = Record<string, unknown>;

/** A sentence for what happened in the channel, without its subject's name where `name` stands; `null`: not worth a line. */
export function stateText(client: MatrixClient, room: Room, event: MatrixEvent): string | null {
  const content = event.getContent<Content>();
  const previous = event.getPrevContent() as Content;
  switch (event.getType()) {
    case "m.room.create":
      return t("created this channel");
    case "m.room.member":
      return memberText(client, room, event, content, previous);
    case "m.room.name":
      return content.name ? t("named the channel “{name}”", { name: String(content.name) }) : t("removed the channel's name");
    case "m.room.topic":
      return content.topic ? t("set the topic: {topic}", { topic: String(content.topic) }) : t("removed the topic");
    case "m.room.avatar":
      return content.url ? t("changed the channel's picture") : t("removed the channel's picture");
    case "m.room.encryption":
      return t("turned on end-to-end encryption");
    case "m.room.join_rules":
      if (!("join_rule" in previous)) return null;
      return content.join_rule === "public" ? t("made the channel public") : t("changed who can join");
    case "m.room.pinned_events":
      return t("changed the pinned messages");
    case "m.room.tombstone":
      return t("moved this channel to a new version");
    default:
      return null;
  }
}

function memberText(client: MatrixClient, room: Room, event: MatrixEvent, content: Content, previous: Content): string | null {
  const target = event.getStateKey() ?? "";
  const self = target === event.getSender();
  const name = typeof content.displayname === "string" && content.displayname ? content.displayname : personIn(client, room, target).name;
  const was = previous.membership;
  switch (content.membership) {
    case "join":
      if (was !== "join") return t("joined");
      if (content.displayname !== previous.displayname) return t("is now called {name}", { name });
      return content.avatar_url === previous.avatar_url ? null : t("changed their picture");
    case "invite":
      return t("invited {name}", { name });
    case "ban":
      return t("banned {name}", { name });
    case "knock":
      return t("asked to join");
    case "leave":
      if (self) return was === "invite" ? t("declined the invitation") : t("left");
      if (was === "ban") return t("lifted the ban of {name}", { name: personIn(client, room, target).name });
      if (was === "invite") return t("took back the invitation of {name}", { name: personIn(client, room, target).name });
      return t("removed {name}", { name: personIn(client, room, target).name });
    default:
      return null;
  }
}
