/** An account driven over the plain client API: the other side of a conversation, without a browser. */
export class Account {
  readonly server: string;
  readonly userId: string;
  readonly name: string;
  readonly password: string;
  readonly #token: string;

  private constructor(server: string, userId: string, name: string, password: string, token: string) {
    this.server = server;
    this.userId = userId;
    this.name = name;
    this.password = password;
    this.#token = token;
  }

  /** Makes a fresh account with a name that nobody has. */
  static create(server: string, stem: string): Promise<Account> {
    return Account.named(server, `${stem}-${Math.random().toString(36).slice(2, 8)}`);
  }

  /** Makes an account with just this name. */
  static async named(server: string, username: string): Promise<Account> {
    const password = `secret of ${username}`;
    const auth = { type: "m.login.dummy" };
    const wanted = { username, password };
    let answer = await fetch(`${server}/_matrix/client/v3/register`, { method: "POST", body: JSON.stringify({ ...wanted, auth }) });
    if (answer.status === 401) {
      const { session } = (await answer.json()) as { session: string };
      answer = await fetch(`${server}/_matrix/client/v3/register`, { method: "POST", body: JSON.stringify({ ...wanted, auth: { ...auth, session } }) });
    }
    const body = (await answer.json()) as { user_id: string; access_token: string };
    if (!answer.ok) throw new Error(`registration: ${JSON.stringify(body)}`);
    return new Account(server, body.user_id, username, password, body.access_token);
  }

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.server}/_matrix/client${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const result = (await answer.json()) as T;
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(result)}`);
    return result;
  }

  async room(options: object): Promise<string> {
    return (await this.call<{ room_id: string }>("POST", "/v3/createRoom", options)).room_id;
  }

  async join(room: string): Promise<void> {
    await this.call("POST", `/v3/join/${encodeURIComponent(room)}`, {});
  }

  #txn = 0;

  async send(room: string, content: object, type = "m.room.message"): Promise<string> {
    const txn = `${Date.now()}.${this.#txn++}`;
    const path = `/v3/rooms/${encodeURIComponent(room)}/send/${type}/${txn}`;
    return (await this.call<{ event_id: string }>("PUT", path, content)).event_id;
  }

  say(room: string, body: string, more: object = {}): Promise<string> {
    return this.send(room, { msgtype: "m.text", body, ...more });
  }

  async messages(room: string): Promise<{ type: string; content: Record<string, unknown>; sender: string; event_id: string }[]> {
    const path = `/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=50`;
    return (await this.call<{ chunk: { type: string; content: Record<string, unknown>; sender: string; event_id: string }[] }>("GET", path)).chunk;
  }

  async upload(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<string> {
    const answer = await fetch(`${this.server}/_matrix/media/v3/upload`, { method: "POST", headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": type }, body: bytes });
    return ((await answer.json()) as { content_uri: string }).content_uri;
  }
}
