import type { Plugin } from "vite";

const ID = "\0sdk-left-out";
const CLIENT = /matrix-js-sdk\/lib\/client\.js$/;
const UNUSED = /^\.\/(webrtc\/|matrixrtc\/MatrixRTCSessionManager|sliding-sync-sdk)/;

/** What the SDK's client needs to find of the parts that are left out: with `disableVoip` and /sync it never calls them. */
const STAND_INS = `
export class MatrixRTCSessionManager { start() {} stop() {} }
export class MediaHandler {}
export class CallEventHandler {}
export class GroupCallEventHandler {}
export class GroupCall {}
export class SlidingSyncSdk {}
export const supportsMatrixCall = () => false;
export const createNewMatrixCall = () => null;
`;

/** Leaves calls and sliding sync out of the SDK: an eighth of the code that everyone loads, and nothing of it is used. */
export function leanSdk(): Plugin {
  return {
    name: "lean-sdk",
    enforce: "pre",
    resolveId: (id, importer) => (importer && CLIENT.test(importer) && UNUSED.test(id) ? ID : undefined),
    load: (id) => (id === ID ? STAND_INS : undefined),
  };
}
