// The section of the candidates: read when they are needed, since both clouds are asked for them.

import { candidatesOf } from "./account_candidates.js";
import { ApiError, get } from "./api.js";
import { $, conceal, h, replace } from "./dom.js";

export const NEEDED_FOR = "AmbiguousMatch";
const AGAIN_AFTER = 30_000; // ms: after a failure
const NARROW = matchMedia("(max-width: 599.98px)");

let [found, readFor, readAt, isReading, hasFailed] = [null, null, 0, false, false];
let [account, choose] = [null, null];

$("#candidates-read").addEventListener("click", () => isReading || read());
NARROW.addEventListener("change", () => render());

// Shows the section for a dead letter. The candidates of an ambiguous one are read at once, and
// again after a failure or when it has died again; those of others when somebody asks for them.
// choose(candidate): null for readers.
export function showCandidates(known, chooses) {
  const { letter } = known;
  [account, choose] = [known.account, chooses];
  const isDead = letter?.state === "dead";
  conceal($("#candidates"), !isDead);
  if (!isDead) return;
  const isNeeded = letter.cause === NEEDED_FOR;
  stand(isNeeded ? $("#letter-lead") : $("#letter-task"));
  if (readFor !== letter.at) {
    [readFor, found, hasFailed] = [letter.at, null, false];
    render();
    if (isNeeded) read();
  } else if (isNeeded && hasFailed && Date.now() - readAt > AGAIN_AFTER) read();
}

// What is to be compared stands before the rest of the letter.
function stand(after) {
  if (after.nextElementSibling !== $("#candidates")) after.after($("#candidates"));
}

async function read() {
  if (isReading) return;
  const asked = readFor;
  isReading = true;
  tell("Asking Salesforce and NetSuite…");
  const [answer, words] = await look();
  [isReading, readAt] = [false, Date.now()];
  if (asked !== readFor) return read();
  [found, hasFailed] = [answer, !answer];
  tell(words);
  render();
}

// The answer, if there is one, and what is to be said.
async function look() {
  try {
    const answer = await get(`/accounts/${encodeURIComponent(account)}/candidates`);
    const none = answer.candidates.length ? "" : "No Customer was found that may be meant.";
    return [answer, [none, answer.note].filter(Boolean).join(" ")];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [null, error.message];
  }
}

function render() {
  const isShown = Boolean(found?.candidates.length);
  $("#candidates-read").textContent = found || hasFailed ? "Look again" : "Look for them";
  conceal($("#candidates-place"), !isShown);
  replace($("#candidates-place"), isShown && candidatesOf(found, choose, NARROW.matches));
}

function tell(words) {
  replace($("#candidates-told"), words && h("p", { class: "cw-note" }, words));
}
