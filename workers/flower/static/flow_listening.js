// The listener's channels, and what the reconciler reads.

import { badge } from "./badges.js";
import { h } from "./dom.js";
import { brief, count, empty, facts, missing, table } from "./parts.js";
import { patch } from "./patch.js";
import { ago, span, stamp } from "./time.js";

const HEADS = [
  "Channel",
  "State",
  "Connected",
  "Last event",
  "Cursor stored",
  "Events",
  "Lag, last hour",
];

export function showListening(host, found) {
  const { listening, standing_by, channels } = found;
  const rows = Object.entries(channels).map(([channel, about]) => [
    h("span", { class: "cw-words" }, channel),
    [heard(about), h("span", { class: "cw-second" }, about.heard ? about.state : silence(about))],
    lasts(about.connected_seconds_ago),
    since(about.last_event_seconds_ago),
    [since(about.stored_seconds_ago), about.replay_id && place(about.replay_id)],
    [count(about.events ?? 0), errors(about.errors)],
    lag(about),
  ]);
  patch(
    host,
    facts([
      ["Listening", listening || h("b", {}, "nobody")],
      ["Standing by", standing_by.join(", ") || "nobody"],
    ]),
    table("Channels", HEADS, rows),
  );
}

const heard = (about) => badge(about.heard ? "heard" : "not heard", about.heard ? "good" : "bad");
const silence = (about) => about.state || "no listener heard";
const place = (id) => h("span", { class: "cw-second" }, "replay id ", h("code", {}, id));
const errors = (number) =>
  number ? h("span", { class: "cw-second" }, `${count(number)} errors`) : null;
const lasts = (seconds) => (seconds === null ? missing() : `for ${span(seconds)}`);
const since = (seconds) => (seconds === null ? "never" : ago(seconds));

function lag(about) {
  if (about.lag_p50_seconds === null) return missing();
  const [half, most] = [about.lag_p50_seconds, about.lag_p95_seconds].map(brief);
  const small = `95 % in ${most}, ${count(about.lag_changes)} changes`;
  return [`half in ${half}`, h("span", { class: "cw-second" }, small)];
}

export function showPasses(host, found) {
  const newest = Object.entries(found.newest_change_read_seconds_ago);
  const told = facts([
    ["Last compared with Salesforce", since(found.comparison_begun_seconds_ago)],
    ["Last compared in full", since(found.full_comparison_seconds_ago)],
    [
      "Newest change read",
      newest.map(([entity, old]) => `${entity} ${since(old)}`).join(", ") || null,
    ],
    ["The sweeper ran last", sweeper(found)],
  ]);
  const { passes } = found;
  const heads = ["Pass", "Why", "Reads", "Since", "Read", "Opened", "Asked for"];
  const rows = passes.map(pass);
  patch(
    host,
    told,
    rows.length ? table("Passes", heads, rows) : empty("No gap, and no comparison is under way."),
  );
}

function sweeper({ swept_seconds_ago, sweeper_is_late }) {
  const words = since(swept_seconds_ago);
  return sweeper_is_late ? [badge("late", "bad"), " ", words] : words;
}

const pass = (one) => [
  [h("span", { class: "cw-words" }, one.name), one.is_gap && [" ", badge("gap", "warning")]],
  one.cause,
  reads(one),
  one.since ? stamp(one.since) : null,
  count(one.read),
  count(one.opened),
  ago(one.asked_seconds_ago),
];

function reads(one) {
  if (!one.ready) return "waits for its stream to be open";
  const at = `${one.step} (${one.step_number} of ${one.steps})`;
  const more = one.goes_on_with ? `goes on with ${one.goes_on_with}` : one.trouble;
  return [at, more && h("span", { class: "cw-second cw-words" }, more)];
}
