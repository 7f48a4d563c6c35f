// The section of the candidates: read when they are needed, since both clouds are asked for them.

import { candidatesTable } from "./account_candidates.js";
import { ApiError, get } from "./api.js";
import { $, conceal, h, replace } from "./dom.js";

const NEEDED_FOR = "AmbiguousMatch";

let readFor = null;

// Shows the section for a letter; the candidates of an ambiguous one are read at once, those of
// others when asked for, and again when it has died again. choose(candidate): null for readers.
export function showCandidates({ account, letter }, choose) {
  conceal($("#candidates"), !letter);
  if (!letter || readFor === letter.at) return;
  readFor = letter.at;
  const button = $("#candidates-read");
  button.onclick = () => read(account, choose);
  if (letter.cause === NEEDED_FOR) read(account, choose);
}

async function read(account, choose) {
  const place = $("#candidates-place");
  tell("Asking Salesforce and NetSuite…");
  try {
    const found = await get(`/accounts/${encodeURIComponent(account)}/candidates`);
    const there = found.candidates.length > 0;
    tell(there ? found.note : `No Customer was found that may be meant. ${found.note ?? ""}`);
    replace(place, there && candidatesTable(found, choose));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tell(`${error.message} Try again later.`);
  }
}

function tell(words) {
  replace($("#candidates-told"), words && h("p", { class: "cw-note" }, words));
}
