// The navigation bar on every page, Flower's own included: how many dead letters there are, and
// whether the flow stands still. Quiet when the server does not answer: the pages tell of that.

import { h, replace } from "./dom.js";
import { every } from "./poll.js";

const SECONDS = 15;
const TIMEOUT = 10_000; // ms
// Flower's own pages do not say where the API is: it lies beside the folder of this file.
const SUMMARY = new URL("../../api/closedwon/summary", import.meta.url);
const NO_USE = [401, 403, 404]; // to ask again is of no use before the next login

const letters = badgeOf("/dead-letters");
const flow = badgeOf("/flow");
const polling = every(SECONDS, look);

async function look() {
  const answer = await summary();
  if (answer?.ok && answer.headers.get("Content-Type")?.includes("json")) show(await answer.json());
  else if (NO_USE.includes(answer?.status)) polling.stop();
}

async function summary() {
  try {
    const headers = { Accept: "application/json" };
    return await fetch(SUMMARY, { headers, signal: AbortSignal.timeout(TIMEOUT) });
  } catch (error) {
    if (error instanceof TypeError || error.name === "TimeoutError") return null;
    throw error;
  }
}

function show(found) {
  const many = found.letters.toLocaleString("en");
  const stands = found.flow === "off" ? "off" : Object.keys(found.paused).length ? "paused" : "";
  replace(letters, found.letters > 0 && badge(many, "text-bg-danger"));
  replace(flow, stands && badge(stands, "text-bg-warning"));
}

const badge = (words, colours) => h("span", { class: `badge rounded-pill ms-1 ${colours}` }, words);

// The place for a badge in the link to one of our pages; one that is not on the page if there is
// no such link.
function badgeOf(path) {
  const place = h("span", {});
  document.querySelector(`.app-nav a[href$="${path}"]`)?.append(" ", place);
  return place;
}
