// What happened to an account: its story and what admins did, by time.

import { badge } from "./badges.js";
import { h } from "./dom.js";
import { linked } from "./links.js";
import { stamp } from "./time.js";

const KINDS = {
  synced: "good",
  dead: "bad",
  retrying: "warning",
  waiting: "warning",
  opened: "active",
};

// story: [{at, what, stage, words}], audit: [{id, at, who, what, why, before, after}].
export function timeline({ story, audit }) {
  const lines = [
    ...story.map((line, at) => ({ at: line.at, order: at, item: () => told(line) })),
    ...audit.map((entry) => ({ at: entry.at, order: -1, item: () => acted(entry) })),
  ];
  lines.sort((one, other) => one.at - other.at || one.order - other.order);
  return lines.map(({ at, item }, place) => line(at, place, item()));
}

function line(at, place, parts) {
  const key = `line-${at}-${place}`;
  return h("li", { dataset: { key } }, stamp(at), h("div", { class: "cw-words" }, parts));
}

const told = ({ what, stage, words }) => [
  badge(what, KINDS[what]),
  h("span", { class: "cw-muted" }, ` ${stage ?? ""} `),
  linked(words),
];

function acted({ who, what, why, before, after }) {
  const change = [before && `before: ${before}`, after && `after: ${after}`].filter(Boolean);
  return [
    badge(`admin: ${what}`, "quiet"),
    ` ${who}`,
    why && `: ${why}`,
    change.length > 0 && h("span", { class: "cw-second" }, change.join("; ")),
  ];
}
