import { type MatrixClient, PendingEventOrdering } from "matrix-js-sdk/lib/client.js";
import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { IndexedDBStore } from "matrix-js-sdk/lib/store/indexeddb.js";
import { type Logger, logger } from "matrix-js-sdk/lib/logger.js";
import { t } from "@/lib/i18n";
import { FIRST_MESSAGES } from "./ahead";
import { RequestFailed } from "./api";
import { LazyCryptoClient } from "./encryption/gate";
import type { Tokens } from "./tokens";

const nothing = (): void => undefined;
const SILENT: Logger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, getChild: () => SILENT };

/** An SDK client that keeps its sync in IndexedDB and makes its requests, which need a token, by `fetchFn`. Not started yet. */
export async function createClient(tokens: Tokens, fetchFn: typeof fetch): Promise<LazyCryptoClient> {
  const { userId, deviceId, baseUrl, accessToken } = tokens.session;
  silence(logger);
  const store = new IndexedDBStore({ indexedDB, localStorage, dbName: `chatsphere-sync-${deviceId}` });
  const client = new LazyCryptoClient({
    baseUrl,
    userId,
    deviceId,
    accessToken,
    store,
    fetchFn,
    timelineSupport: true,
    disableVoip: true,
    logger: SILENT,
    localTimeoutMs: 30_000,
  });
  await store.startup().catch(() => undefined);
  return client;
}

/** The SDK writes much to the console, each lost connection too. What a person must know comes back as an error. */
function silence(log: Logger): void {
  const able = log as Logger & { methodFactory?: () => () => void; rebuild?: () => void };
  able.methodFactory = () => nothing;
  able.rebuild?.();
}

/** Begins to sync. */
export function start(client: MatrixClient): Promise<void> {
  return client.startClient({
    initialSyncLimit: FIRST_MESSAGES,
    lazyLoadMembers: true,
    threadSupport: true,
    pendingEventOrdering: PendingEventOrdering.Detached,
    pollTimeout: 30_000,
  });
}

/** Any error of the SDK, worded for the person. */
export function failure(error: unknown, otherwise = t("The server can't be reached. Check your connection and try again.")): RequestFailed {
  if (error instanceof RequestFailed) return error;
  if (error instanceof MatrixError) {
    return new RequestFailed(wording(error), error.errcode ?? "", error.httpStatus ?? 0);
  }
  return new RequestFailed(otherwise);
}

function wording(error: MatrixError): string {
  switch (error.errcode) {
    case "M_FORBIDDEN":
      return t("You are not allowed to do that.");
    case "M_NOT_FOUND":
      return t("That was not found.");
    case "M_LIMIT_EXCEEDED":
      return t("Too many requests. Wait a moment and try again.");
    case "M_TOO_LARGE":
      return t("That is larger than the server allows.");
    default:
      return typeof error.data?.error === "string" ? error.data.error : t("The server refused the request.");
  }
}

/** Runs a request, and turns what it throws into a `RequestFailed`. */
export async function request<T>(work: () => Promise<T>, otherwise?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(error, otherwise);
  }
}
