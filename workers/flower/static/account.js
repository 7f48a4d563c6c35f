// The page of one account, which is its letter's page, too.

import { assign, comment, forceSync, link, linkTyped, sync } from "./account_actions.js";
import { showCandidates } from "./account_choice.js";
import { accountFacts, pauses } from "./account_facts.js";
import { letterFacts, letterTitle, TRIAL } from "./account_letter.js";
import { timeline } from "./account_timeline.js";
import { ApiError, get } from "./api.js";
import { stateBadge } from "./badges.js";
import { $, conceal, h, listen } from "./dom.js";
import { freshness } from "./freshness.js";
import { discard, requeue } from "./letter_actions.js";
import { patch } from "./patch.js";
import { every } from "./poll.js";
import { readerNote, session } from "./session.js";

const SECONDS = 3; // between two looks
const ASKED = decodeURIComponent(location.pathname.split("/").pop());
const PATH = `/accounts/${encodeURIComponent(ASKED)}`;

let who = null;
let known = null;
let live = null;
let liveFor = null;

const poll = every(SECONDS, load, freshness(() => poll.now(), $("#account")));

async function load() {
  who ??= await session();
  known = await get(PATH);
  show();
  // Salesforce is asked again only when the account moved on.
  if (liveFor !== known.state) readLive(known.state);
}

async function readLive(state) {
  liveFor = state;
  try {
    live = await get(`${PATH}/live`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    live = { known: false, name: null, parent: null, note: error.message };
  }
  show();
}

function show() {
  const { account, letter, paused, state, story, audit } = known;
  const name = live?.name ?? account;
  document.title = `${name} · Flower`;
  patch($("#account-name"), name);
  patch($("#account-state"), h("code", {}, account), " ", stateBadge(state));
  patch($("#reader"), readerNote(who));
  patch($("#pauses"), pauses(paused));
  patch($("#facts"), accountFacts(known, live));
  patch($("#timeline"), timeline({ story, audit }));
  $("#timeline-empty").hidden = story.length + audit.length > 0;
  conceal($("#letter"), !letter);
  if (letter) showLetter(letter);
  if (who.can_act) patch($("#actions"), accountButtons(letter));
  showCandidates(known, who.can_act ? choose : null);
}

function showLetter(letter) {
  patch($("#letter-title"), letterTitle(letter));
  patch($("#letter-facts"), letterFacts(letter, known.links.task));
  $("#letter-trial").textContent = letter.state === "again" ? TRIAL : "";
  if (who.can_act) patch($("#letter-actions"), letterButtons(letter));
}

const button = (act, words, style = "btn-outline-secondary") =>
  h("button", { type: "button", class: `btn ${style}`, dataset: { key: act, act } }, words);

const accountButtons = (letter) => [
  !letter && button("link", "Link…"),
  button("sync", "Sync now…"),
  button("force", "Force sync…"),
];

const letterButtons = ({ state }) => [
  state === "dead" && button("requeue", "Requeue…", "btn-primary"),
  state === "dead" && button("discard", "Discard…", "btn-outline-danger"),
  button("link", "Link…"),
  button("assign", "Assign…"),
  button("comment", "Comment…"),
];

// An action that, once something was done, shows what came of it.
const after = (act) => async (data) => {
  if (await act(known.account, data)) await poll.now();
};

const choose = after(link);

listen($("#account"), {
  requeue: after((account) => requeue([account])),
  discard: after((account) => discard([account])),
  link: after(linkTyped),
  assign: after((account) => assign(account, known.letter?.assigned ?? "")),
  comment: after((account) => comment(account, known.letter?.comment ?? "")),
  sync: after(sync),
  force: after(forceSync),
});
