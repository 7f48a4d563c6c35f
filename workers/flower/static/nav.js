// The navigation bar on every page, Flower's own included: how many dead letters there are, whether
// the flow stands still, and who is logged in. Quiet when the server does not answer: the pages tell
// of that.

import { foreign, h, replace } from "./dom.js";
import { every } from "./poll.js";

const SECONDS = 5;
const TIMEOUT = 10_000; // ms
// Flower's own pages do not say where the API is: it lies beside the folder of this file.
const API = new URL("../../api/closedwon/", import.meta.url);
const NO_ANSWER = ["TypeError", "TimeoutError", "SyntaxError"]; // as fetch and json() call it
const NO_USE = [401, 403, 404]; // to ask again is of no use before the next login

const letters = badgeOf("/dead-letters");
const flow = badgeOf("/flow");
let [known, changes, isNamed] = [{}, 0, false];
const polling = every(SECONDS, look);
document.addEventListener("cw-changed", ({ detail }) => {
  changes += 1;
  if (detail) show(detail);
  else polling.now();
});

async function look() {
  const before = changes;
  const [found] = await Promise.all([read("summary"), isNamed || name()]);
  // What was asked before something was done here is older than what the page knows.
  if (found && before === changes) show(found);
}

// Null: there is no answer, or half of one, or none to be shown.
async function read(path) {
  try {
    const headers = { Accept: "application/json" };
    const signal = AbortSignal.timeout(TIMEOUT);
    const answer = await fetch(new URL(path, API), { headers, signal });
    if (NO_USE.includes(answer.status)) polling.stop();
    const isGood = answer.ok && answer.headers.get("Content-Type")?.includes("json");
    return isGood ? await answer.json() : null;
  } catch (error) {
    if (NO_ANSWER.includes(error.name)) return null;
    throw error;
  }
}

// `found`: all that the summary has, or a part.
function show(found) {
  known = { letters: 0, flow: "on", paused: {}, ...known, ...found };
  const many = known.letters.toLocaleString("en");
  const stands = known.flow === "off" ? "off" : Object.keys(known.paused).length ? "paused" : "";
  replace(letters, known.letters > 0 && badge(many, "text-bg-danger"));
  replace(flow, stands && badge(stands, "text-bg-warning"));
}

// Where OAuth logs people in, Flower has its link to log out beside it.
async function name() {
  const who = await read("session");
  const bar = document.querySelector(".app-nav-secondary");
  if (!who || !bar) return;
  const role = who.read_only ? "read-only" : who.role;
  const words = h("span", { class: "navbar-text cw-who" }, foreign(who.user), ` · ${role}`);
  bar.prepend(
    h("li", { class: "nav-item" }, h("span", { class: "visually-hidden" }, "You are "), words),
  );
  isNamed = true;
}

const badge = (words, colours) => h("span", { class: `badge rounded-pill ms-1 ${colours}` }, words);

// The place for a badge in the link to one of our pages; one that is not on the page if there is
// no such link.
function badgeOf(path) {
  const place = h("span", {});
  document.querySelector(`.app-nav a[href$="${path}"]`)?.append(" ", place);
  return place;
}
