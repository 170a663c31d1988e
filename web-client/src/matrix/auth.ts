import { deviceName } from "@/lib/device";
import { t } from "@/lib/i18n";
import { RequestFailed } from "./api";
import type { Session } from "./tokens";

// Sign-in speaks HTTP itself: the page for it must not wait for the SDK.

interface Answer {
  errcode?: string;
  error?: string;
  retry_after_ms?: number;
  user_id?: string;
  device_id?: string;
  access_token?: string;
  refresh_token?: string;
  expires_in_ms?: number;
  well_known?: { "m.homeserver"?: { base_url?: string } };
  session?: string;
  completed?: string[];
  flows?: { stages?: string[]; type?: string }[];
  params?: Record<string, unknown>;
}

/** What the server offers before one has signed in. */
export interface ServerOffer {
  password: boolean;
  registration: "open" | "token" | "closed";
}

export interface Credentials {
  user: string;
  password: string;
  token?: string;
}

/** Asks what sign-in and registration the server has. */
export async function offers(baseUrl: string): Promise<ServerOffer> {
  const login = await call(baseUrl, "GET", "/v3/login");
  const register = await call(baseUrl, "POST", "/v3/register", {});
  const flows = register.body.flows ?? [];
  const able = (known: string[]) => flows.some((flow) => (flow.stages ?? []).every((stage) => known.includes(stage)));
  const registration = able(["m.login.dummy"]) ? "open" : able(["m.login.dummy", TOKEN_STAGE]) ? "token" : "closed";
  return { password: (login.body.flows ?? []).some((flow) => flow.type === "m.login.password"), registration };
}

const TOKEN_STAGE = "m.login.registration_token";

/** Signs in with a password. Throws `RequestFailed`. */
export async function signIn(baseUrl: string, { user, password }: Credentials): Promise<Session> {
  const answer = await call(baseUrl, "POST", "/v3/login", {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: user.trim() },
    password,
    initial_device_display_name: deviceName(),
    refresh_token: true,
  });
  return toSession(baseUrl, answer);
}

/** Makes an account, and signs in to it. Throws `RequestFailed`. */
export async function register(baseUrl: string, { user, password, token }: Credentials): Promise<Session> {
  const wanted = {
    username: user.trim().replace(/^@/, "").split(":")[0]?.toLowerCase(),
    password,
    initial_device_display_name: deviceName(),
    refresh_token: true,
  };
  let answer = await call(baseUrl, "POST", "/v3/register", wanted);
  // User-interactive authentication: one request for each stage that is still open.
  for (let round = 0; round < 4 && answer.status === 401 && answer.body.flows; round++) {
    const stage = nextStage(answer.body, Boolean(token));
    if (!stage || (round > 0 && answer.body.errcode)) break;
    const auth = { type: stage, session: answer.body.session, ...(stage === TOKEN_STAGE ? { token } : {}) };
    answer = await call(baseUrl, "POST", "/v3/register", { ...wanted, auth });
  }
  return toSession(baseUrl, answer);
}

function nextStage(body: Answer, hasToken: boolean): string | undefined {
  const done = body.completed ?? [];
  const known = hasToken ? ["m.login.dummy", TOKEN_STAGE] : ["m.login.dummy"];
  const flow = (body.flows ?? []).find(({ stages }) => (stages ?? []).every((stage) => known.includes(stage)));
  return flow?.stages?.find((stage) => !done.includes(stage));
}

/** Ends this device's session on the server; a server out of reach does not hold the person back. */
export async function signOut(session: Session): Promise<void> {
  await fetch(`${session.baseUrl}/_matrix/client/v3/logout`, {
    method: "POST",
    headers: { Authorization: `Bearer ${session.accessToken}` },
    keepalive: true,
  }).catch(() => undefined);
}

async function call(baseUrl: string, method: string, path: string, body?: object): Promise<{ status: number; body: Answer }> {
  let response: Response;
  try {
    response = await fetch(`${baseUrl}/_matrix/client${path}`, {
      method,
      ...(body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new RequestFailed(t("The server can't be reached. Check your connection and try again."));
  }
  const answer = (await response.json().catch(() => ({}))) as Answer;
  return { status: response.status, body: answer };
}

function toSession(baseUrl: string, { status, body }: { status: number; body: Answer }): Session {
  if (!body.access_token || !body.user_id || !body.device_id) throw new RequestFailed(explain(body), body.errcode, status);
  return {
    userId: body.user_id,
    deviceId: body.device_id,
    baseUrl,
    accessToken: body.access_token,
    ...(body.refresh_token ? { refreshToken: body.refresh_token } : {}),
    ...(body.expires_in_ms ? { expiresAt: Date.now() + body.expires_in_ms } : {}),
  };
}

function explain(body: Answer): string {
  switch (body.errcode) {
    case "M_FORBIDDEN":
      return t("The username or password is not right.");
    case "M_USER_IN_USE":
      return t("That username is taken. Try another one.");
    case "M_INVALID_USERNAME":
      return t("A username may have small letters, digits, and . _ = - / only.");
    case "M_EXCLUSIVE":
      return t("That username is reserved.");
    case "M_WEAK_PASSWORD":
      return t("That password is too easy to guess. Make it longer.");
    case "M_USER_DEACTIVATED":
      return t("This account has been closed.");
    case "M_USER_LOCKED":
    case "M_USER_SUSPENDED":
      return t("This account is locked. Ask your administrator.");
    case "M_LIMIT_EXCEEDED":
      return t("Too many attempts. Wait {count} seconds and try again.", { count: Math.ceil((body.retry_after_ms ?? 5000) / 1000) });
    default:
      return body.error ?? t("The server's answer made no sense. Try again later.");
  }
}
