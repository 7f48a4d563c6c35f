// What people did, in words: "ann linked it to Customer 1027: a merger".

import { foreign } from "./dom.js";

const STATES = { canary: "with its canary", going: "going on" };

// What was done, by the kind of its entry; of what is not here the kind itself is told.
const DEEDS = {
  requeue: () => ["requeued it"],
  discard: () => ["discarded its letter"],
  link: ({ before, after }) => [
    `linked it to Customer ${after}`,
    before && before !== after && ` in place of ${before}`,
  ],
  unlink: ({ before }) => [`took Customer ${before} from it`],
  sync: () => ["had it synced"],
  assign: ({ after }) => ["assigned it to ", after ? foreign(after) : "nobody"],
  comment: ({ after }) => ["commented “", foreign(after), "”"],
  recovery,
  "flow on": ({ before }) => [
    /\bflow\b/.test(before) ? "switched the flow on" : "ended the pauses",
  ],
  "flow off": () => ["switched the flow off"],
  "flow drop": ({ after }) => ["had all dropped that was under way: ", foreign(after)],
  "criteria draft": ({ after }) => ["saved a draft of the criteria: ", foreign(after)],
  "criteria publish": ({ after }) => ["published the criteria: ", foreign(after)],
  "criteria drop": ({ before }) => ["dropped the draft of the criteria: ", foreign(before)],
  "notification test": ({ after }) => ["tried the notifications: ", foreign(after)],
  flower: ({ after }) => ["did in Flower: ", foreign(after)],
};

// After it stands its state, its id, its cause and its tally.
function recovery({ before, after }) {
  const [, state, told] = after.match(/^(\w+): [^,]*, (.*)$/) ?? [null, "", after];
  if (!before) return ["began a recovery: ", foreign(told)];
  if (state === "stopped") return ["stopped a recovery: ", foreign(told)];
  return [`has a recovery that is ${STATES[state] ?? state}: `, foreign(told)];
}

// The deed alone, as parts for h().
export const deed = (entry) => DEEDS[entry.what]?.(entry) ?? [entry.what, after(entry)];

// Who did it, what, and why.
export const acted = (entry) => [
  foreign(entry.who),
  " ",
  deed(entry),
  entry.why && [": ", foreign(entry.why)],
];

const after = (entry) => entry.after && [": ", foreign(entry.after)];
