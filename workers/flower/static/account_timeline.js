// What happened to an account: its story and what people did, the newest first.

import { announce } from "./announce.js";
import { acted } from "./audit_words.js";
import { badge } from "./badges.js";
import { enable, foreign, h } from "./dom.js";
import { linked } from "./links.js";
import { plural } from "./parts.js";
import { patch } from "./patch.js";
import { stamp } from "./time.js";

const AT_ONCE = 20;
const KINDS = {
  synced: "good",
  dead: "bad",
  retrying: "warning",
  waiting: "warning",
  opened: "active",
};

// Gives show(story: [{at, what, stage, words}], audit: [{id, at, who, what, why, before, after}]).
export function timelineOf(list, earlier) {
  let [lines, most] = [[], AT_ONCE];

  function render() {
    patch(list, lines.slice(0, most).map(line));
    earlier.parentElement.hidden = lines.length <= most;
    enable(earlier, lines.length > most);
  }

  earlier.addEventListener("click", () => {
    const more = Math.min(AT_ONCE, lines.length - most);
    most += AT_ONCE;
    render();
    announce(`${plural(more, "earlier line")} shown.`);
  });
  return (story, audit) => {
    lines = sorted(story, audit);
    render();
  };
}

// What a person did led to what the story tells of the same moment.
function sorted(story, audit) {
  const lines = [
    ...story.map((told, order) => ({ at: told.at, order, key: `story-${told.at}-${order}`, told })),
    ...audit.map((entry) => ({ at: entry.at, order: -1, key: `audit-${entry.id}`, entry })),
  ];
  return lines.sort((one, other) => other.at - one.at || other.order - one.order);
}

function line({ at, key, told, entry }) {
  const words = told ? happened(told) : [badge("by hand", "quiet"), " ", acted(entry)];
  return h("li", { dataset: { key } }, stamp(at), h("div", { class: "cw-words" }, words));
}

const happened = ({ what, stage, words }) => [
  badge(what, KINDS[what]),
  h("span", { class: "cw-muted" }, ` ${stage ?? ""} `),
  foreign(linked(words)),
];
