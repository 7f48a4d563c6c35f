// What Salesforce says of the account: asked again when the account moved on, and, after a failure,
// once in a while.

import { ApiError, get } from "./api.js";

const AGAIN_AFTER = 30_000; // ms

// `shown` is called when there is news. Gives {follow(state): asks if it is needed, now()}; now():
// the last answer, or null. Its `known` is null where Salesforce could not be asked: then `note`
// says why, and the rest is as it was before.
export function liveAccount(path, shown) {
  let [live, readFor, readAt, isReading] = [null, null, 0, false];

  const isNeeded = (state) =>
    readFor !== state || (live?.known === null && Date.now() - readAt > AGAIN_AFTER);

  async function read() {
    try {
      const found = await get(path);
      live = found.known === null ? { ...live, known: null, note: found.note } : found;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      live = { ...live, known: null, note: error.message };
    }
  }

  async function follow(state) {
    if (isReading || !isNeeded(state)) return;
    [isReading, readFor] = [true, state];
    await read();
    [isReading, readAt] = [false, Date.now()];
    shown();
  }
  return { follow, now: () => live };
}
