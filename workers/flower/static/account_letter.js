// The dead letter of an account: why it failed, and what the services said.

import { badge } from "./badges.js";
import { adviceFor } from "./causes.js";
import { foreign, h } from "./dom.js";
import { linked } from "./links.js";
import { facts, plural } from "./parts.js";
import { age, stamp } from "./time.js";

// What failed, and what is to be done.
export const letterLead = ({ cause }, canAct) =>
  facts([
    ["Cause", h("strong", {}, cause)],
    ["What to do", adviceFor(cause, canAct, "account")],
  ]);

export function letterFacts(letter) {
  const { words, service_words, requeued, assigned, comment } = letter;
  const told = [
    ["What was said", linked(words)],
    written("The service's own words", service_words),
    ["Last failure", failures(letter)],
    ["Requeued", requeued && moment(requeued)],
    ["Assigned to", assigned ? foreign(assigned) : "nobody"],
    ["Comment", comment && foreign(comment)],
  ];
  return facts(told.filter(([, value]) => value));
}

// What is seldom looked at.
export function letterTask({ request, stage, reason, task }, taskLink) {
  const told = [
    written("Request that failed", request),
    ["Failed at", stage],
    ["Opened by", reason && linked(reason)],
    ["Task in Flower", task && taskOf(task, taskLink)],
  ];
  return h(
    "details",
    { class: "cw-task" },
    h("summary", { dataset: { key: "task" } }, "The request and the task"),
    facts(told.filter(([, value]) => value)),
  );
}

function failures({ at, first, deaths, attempts }) {
  const before = deaths > 1 && ["; first ", moment(first), `, died ${plural(deaths, "time")}`];
  return [moment(at), before, attempts > 0 && `, after ${plural(attempts, "attempt")}`];
}

const taskOf = (task, link) => h("code", {}, link ? h("a", { href: link }, task) : task);

export function letterTitle({ state }) {
  if (state !== "again") return ["Dead letter"];
  return ["Letter ", badge("on trial", "active")];
}

export const TRIAL =
  "It was requeued: the letter leaves when the account succeeds, and is dead again if it fails.";

const moment = (epoch) => [stamp(epoch), " (", age(epoch), ")"];

// What a machine wrote. Long texts scroll within; so they can be reached by keyboard.
function written(label, text) {
  const props = { class: "detail-code", tabindex: "0", role: "region", "aria-label": label };
  return [label, text ? h("pre", props, pretty(text)) : null];
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
