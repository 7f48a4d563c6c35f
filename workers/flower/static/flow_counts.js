// What needs attention, how many accounts are in which state, and by what rules.

import { page } from "./api.js";
import { foreign, h } from "./dom.js";
import { count, facts, table } from "./parts.js";
import { patch } from "./patch.js";
import { lateParents, wayOf } from "./rules.js";

const STATES = {
  queued: ["Queued", "active"],
  running: ["Running", "active"],
  retrying: ["Retrying", "warning"],
  waiting: ["Waiting for a parent", "warning"],
  synced: ["Synced", "success"],
  skipped: ["Skipped", "quiet"],
  dead: ["Dead letters", "danger"],
};

// The worst first: nobody gets anything done while credentials are refused.
export function showWarnings(host, { paused, warnings }) {
  const refused = paused.credentials;
  const lines = [
    refused && alert("danger", "The flow stands still: our credentials are refused", refused),
    paused.salesforce && alert("danger", "Salesforce is paused", paused.salesforce),
    paused.netsuite && alert("danger", "NetSuite is paused", paused.netsuite),
    ...warnings.map((words) => alert("warning", "", words[0].toUpperCase() + words.slice(1))),
  ];
  patch(host, lines);
}

function alert(kind, title, words) {
  const strong = title && h("strong", {}, `${title}: `);
  return h("p", { class: `alert alert-${kind} cw-alert cw-words` }, strong, foreign(words));
}

export function showStates(host, states) {
  const tiles = Object.entries(STATES).map(([state, [name, kind]]) => {
    const value = count(states[state] ?? 0);
    const said = state === "dead" ? deadLetters(value) : value;
    return h(
      "div",
      { class: `metric-card metric-card-${kind}` },
      h("p", { class: "metric-label" }, name),
      h("p", { class: "metric-value" }, said),
    );
  });
  patch(host, tiles);
}

const deadLetters = (value) =>
  h("a", { href: page("/dead-letters"), "aria-label": `${value} dead letters` }, value);

export function showQueues(host, queues) {
  const rows = Object.entries(queues).map(([stage, messages]) => [stage, count(messages)]);
  patch(host, table("Queues", ["Stage", { label: "Messages", number: true }], rows));
}

export function showRules(host, { criteria, late_parents, matching_order }) {
  const ways = h(
    "ol",
    { class: "cw-ways" },
    matching_order.map((way) => h("li", {}, wayOf(way))),
  );
  patch(
    host,
    facts([
      [
        "An Account qualifies with an Opportunity where",
        h("span", { class: "cw-words" }, criteria),
      ],
      ["A Customer is found by", ways],
      ["A parent that comes late", lateParents(late_parents)],
    ]),
    h(
      "p",
      { class: "cw-note" },
      h("a", { href: page("/criteria") }, "See and change the criteria"),
    ),
  );
}
