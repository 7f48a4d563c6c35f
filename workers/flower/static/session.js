// Who looks, and whether they may act.

import { get } from "./api.js";
import { h } from "./dom.js";

let asked = null;

// {user, role: "admin" | "operator", read_only, can_act}, asked for once per page.
export function session() {
  asked ??= get("/session").catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

// The line in place of buttons, for those who may only read; null for the others.
export function readerNote({ can_act, read_only }) {
  if (can_act) return null;
  const words = read_only
    ? "Flower runs read-only: nobody can act here."
    : "You can read everything here. To requeue, discard or change something, ask an admin.";
  return h("p", { class: "cw-reader-note", dataset: { key: "reader" } }, words);
}
