// Small labels. Their meaning is in their words, never in the colour alone.

import { h } from "./dom.js";

const STATES = {
  none: ["none", "quiet"],
  queued: ["queued", "active"],
  running: ["running", "active"],
  retrying: ["retrying", "warning"],
  waiting: ["waiting", "warning"],
  synced: ["synced", "good"],
  skipped: ["skipped", "quiet"],
  dead: ["dead", "bad"],
  again: ["on trial", "active"],
  canary: ["canary runs", "active"],
  going: ["running", "active"],
  done: ["done", "good"],
  failed: ["failed", "bad"],
  stopped: ["stopped", "quiet"],
};

// Of an Account whose state is none.
export const NEVER_HEARD = "The ledger has never heard of it, or its letter was discarded.";

// The state of an account, a letter ("again": on trial) or a recovery.
export function stateBadge(state) {
  const [words, kind] = STATES[state] ?? [state, "quiet"];
  return badge(words, kind);
}

// kind: good, bad, warning, active or quiet.
export const badge = (words, kind = "quiet") =>
  h("span", { class: `badge cw-badge-${kind}` }, words);
