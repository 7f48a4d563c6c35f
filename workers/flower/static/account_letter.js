// The dead letter of an account: why it failed, and what the services said.

import { badge } from "./badges.js";
import { adviceFor } from "./causes.js";
import { h } from "./dom.js";
import { linked } from "./links.js";
import { facts, plural } from "./parts.js";
import { age, stamp } from "./time.js";

export function letterFacts(letter, taskLink) {
  const { cause, stage, words, service_words, request, attempts, deaths, task } = letter;
  const told = [
    ["Cause", h("strong", {}, cause)],
    ["What to do", adviceFor(cause)],
    ["What was said", linked(words)],
    written("The service's own words", service_words),
    written("Request that failed", request),
    ["Failed at", stage],
    ["Opened by", letter.reason && linked(letter.reason)],
    ["Died", [plural(deaths, "time"), attempts > 0 && `, after ${plural(attempts, "attempt")}`]],
    ["First failure", moment(letter.first)],
    ["Last failure", moment(letter.at)],
    ["Requeued", letter.requeued && moment(letter.requeued)],
    ["Task in Flower", task && taskOf(task, taskLink)],
    ["Assigned to", letter.assigned || "nobody"],
    ["Comment", letter.comment],
  ];
  return facts(told.filter(([, value]) => value));
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
