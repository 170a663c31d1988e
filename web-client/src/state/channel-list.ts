import type { Channel } from "@/matrix/model";

/** The sections of the channel list, in the order shown. */
export interface Sections {
  invites: readonly Channel[];
  favourites: readonly Channel[];
  channels: readonly Channel[];
  people: readonly Channel[];
  archived: readonly Channel[];
}

/** Sorts the list into sections: channels by name so that places stay, people by the last message. */
export function sectionsOf(channels: readonly Channel[]): Sections {
  const invites: Channel[] = [];
  const favourites: Channel[] = [];
  const rooms: Channel[] = [];
  const people: Channel[] = [];
  const archived: Channel[] = [];
  for (const channel of channels) {
    if (channel.kind === "space" && channel.membership === "join") continue;
    if (channel.membership === "invite") invites.push(channel);
    else if (channel.membership === "knock") continue;
    else if (channel.archived) archived.push(channel);
    else if (channel.favourite) favourites.push(channel);
    else if (channel.kind === "dm") people.push(channel);
    else rooms.push(channel);
  }
  const byName = (a: Channel, b: Channel) => a.name.localeCompare(b.name, undefined, { sensitivity: "base", numeric: true });
  const byTime = (a: Channel, b: Channel) => b.lastTs - a.lastTs;
  return { invites: invites.sort(byTime), favourites: favourites.sort(byName), channels: rooms.sort(byName), people: people.sort(byTime), archived: archived.sort(byName) };
}

/** All lines in the order shown; for moving through them with the keyboard. */
export function inOrder(sections: Sections): Channel[] {
  return [...sections.invites, ...sections.favourites, ...sections.channels, ...sections.people, ...sections.archived];
}

/** The channel after or before the open one, going round; with `unreadOnly` skipping read ones. */
export function neighbour(list: readonly Channel[], open: string | null, step: 1 | -1, unreadOnly: boolean): Channel | null {
  const start = list.findIndex((channel) => channel.id === open);
  for (let offset = 1; offset <= list.length; offset++) {
    const index = start < 0 ? (step > 0 ? offset - 1 : list.length - offset) : (start + step * offset + list.length * offset) % list.length;
    const found = list[index];
    if (found && found.id !== open && (!unreadOnly || found.unread > 0 || found.quiet)) return found;
  }
  return null;
}

/** Everything unread, for the title and the badge of the application. */
export function totals(channels: readonly Channel[]): { unread: number; mentions: number } {
  let unread = 0;
  let mentions = 0;
  for (const channel of channels) {
    unread += channel.unread + (channel.membership === "invite" ? 1 : 0);
    mentions += channel.mentions;
  }
  return { unread, mentions };
}
