// The page of one account, which is its letter's page, too.

import { assign, comment, forceSync, link, linkTyped, sync } from "./account_actions.js";
import { NEEDED_FOR, showCandidates } from "./account_choice.js";
import { accountFacts, pauses } from "./account_facts.js";
import { letterFacts, letterLead, letterTask, letterTitle, TRIAL } from "./account_letter.js";
import { liveAccount } from "./account_live.js";
import { timelineOf } from "./account_timeline.js";
import { polled } from "./api.js";
import { stateBadge } from "./badges.js";
import { $, conceal, foreign, h, listen } from "./dom.js";
import { freshness } from "./freshness.js";
import { discard, requeue } from "./letter_actions.js";
import { learn } from "./names.js";
import { patch } from "./patch.js";
import { every } from "./poll.js";
import { readerNote, session } from "./session.js";

const SECONDS = 3; // between two looks
const ASKED = decodeURIComponent(location.pathname.split("/").pop());
const PATH = `/accounts/${encodeURIComponent(ASKED)}`;

let who = null;
let known = null;

const live = liveAccount(`${PATH}/live`, show);
const showTimeline = timelineOf($("#timeline"), $("#timeline-earlier"));
const poll = every(
  SECONDS,
  load,
  freshness(() => poll.now(), $("#account")),
);

async function load() {
  who ??= await session();
  known = await polled(PATH);
  show();
  // Not waited for: a Salesforce that does not answer holds up nothing else.
  live.follow(known.state);
}

function show() {
  const { account, letter, paused, state, story, audit } = known;
  const name = live.now()?.name;
  if (name) learn(account, name);
  document.title = `${name ?? account} · Flower`;
  patch($("#account-name"), name ? foreign(name) : account);
  patch($("#account-state"), h("code", {}, account), " ", stateBadge(state));
  patch($("#reader"), readerNote(who));
  patch($("#pauses"), pauses(paused));
  patch($("#facts"), accountFacts(known, live.now()));
  showTimeline(story, audit);
  $("#timeline-empty").hidden = story.length + audit.length > 0;
  conceal($("#letter"), !letter);
  if (letter) showLetter(letter);
  if (who.can_act) patch($("#actions"), accountButtons(letter));
  showCandidates(known, who.can_act ? choose : null);
}

function showLetter(letter) {
  patch($("#letter-title"), letterTitle(letter));
  patch($("#letter-lead"), letterLead(letter, who.can_act));
  patch($("#letter-facts"), letterFacts(letter));
  patch($("#letter-task"), letterTask(letter, known.links.task));
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

// Where one is to choose, to requeue first is of no use.
const letterButtons = ({ cause, state }) => [
  state === "dead" &&
    button("requeue", "Requeue…", cause !== NEEDED_FOR ? "btn-primary" : undefined),
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
