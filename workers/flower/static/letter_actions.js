// What an admin does with letters. Each asks first, tells what came of it, and gives whether
// anything was done.

import { post } from "./api.js";
import { asking, why } from "./asking.js";
import { attempt } from "./attempt.js";
import { toast } from "./dialog.js";
import { foreign, h } from "./dom.js";
import { called } from "./names.js";
import { plural } from "./parts.js";

const AT_ONCE = 500; // as many accounts as the API takes in one call

// One letter is called by its account's name.
const those = (accounts) =>
  accounts.length === 1 ? called(accounts[0]) : plural(accounts.length, "letter");

const REQUEUES = {
  one: "The account runs through the flow again. Its letter leaves only when it succeeds.",
  many: "They run through the flow again. A letter leaves only when its account succeeds.",
};

export const requeue = (accounts) =>
  attempt(async () => {
    const question = {
      title: `Requeue ${those(accounts)}?`,
      words: accounts.length === 1 ? REQUEUES.one : REQUEUES.many,
      fields: [why(false)],
      confirm: "Requeue",
    };
    const answer = await asking(question, (given) => requeueNow(accounts, false, given.why));
    return answer !== null && tellRequeued(answer);
  });

async function requeueNow(accounts, force, reason) {
  const more = { force, why: reason };
  return { ...(await inParts(accounts, "requeued", "/letters/requeue", more)), reason };
}

async function tellRequeued({ done, refused, reason }) {
  if (done.length) toast(`${those(done)} requeued.`);
  const early = refused.filter(({ verdict }) => verdict === "just_died");
  tellRefused(refused.filter(({ verdict }) => verdict !== "just_died"));
  if (early.length === 0) return done.length > 0;
  const forced = await forcing(early, reason);
  return forced ? tellRequeued(forced) : done.length > 0;
}

const EARLY =
  "What was requeued failed again less than five minutes ago. If nothing was mended since, " +
  "it will fail once more.";

const refusal = ({ account, words }) => h("li", {}, foreign(called(account)), `: ${words}`);

function forcing(early, reason) {
  const accounts = early.map(({ account }) => account);
  const question = {
    title: `${those(accounts)} just died again`,
    words: [EARLY, h("ul", {}, early.map(refusal))],
    confirm: "Requeue anyway",
    danger: true,
  };
  return asking(question, () => requeueNow(accounts, true, reason));
}

const DISCARDS = {
  one: [
    "The account stays as it is until its next change.",
    "Those who wait for it die, too, each with a letter.",
  ],
  many: [
    "The accounts stay as they are until their next change.",
    "Those who wait for them die, too, each with a letter.",
  ],
};

export const discard = (accounts) =>
  attempt(async () => {
    const question = {
      title: `Discard ${those(accounts)}?`,
      words: accounts.length === 1 ? DISCARDS.one : DISCARDS.many,
      fields: [why(true, "Kept in the account's story and in the audit.")],
      confirm: "Discard",
      danger: true,
    };
    const send = (given) => inParts(accounts, "discarded", "/letters/discard", given);
    const answer = await asking(question, send);
    if (answer === null) return false;
    if (answer.done.length) toast(`${those(answer.done)} discarded.`);
    tellRefused(answer.refused);
    return true;
  });

const CANARY = {
  name: "canary",
  label: "Try one first (a canary)",
  type: "checkbox",
  value: true,
  help: "The others follow only if it succeeds.",
};
const FORCE = {
  name: "force",
  label: "Also those that just died again",
  type: "checkbox",
  help: "Otherwise letters that failed again in the last five minutes are left alone.",
};

export const requeueCause = ({ cause }) =>
  attempt(async () => {
    const question = { title: `Requeue all of ${cause}?`, confirm: "Requeue all" };
    const fields = [CANARY, FORCE, why(false)];
    const send = (given) => post("/recoveries", { cause, ...given });
    const answer = await asking({ ...question, fields }, send);
    if (answer === null) return false;
    toast(answer.state === "canary" ? "The canary is on its way." : "The recovery has begun.");
    return true;
  });

export const stopRecovery = ({ id, cause }) =>
  attempt(async () => {
    const question = {
      title: `Stop requeueing ${cause}?`,
      words: "What was requeued stays requeued; the others stay dead letters.",
      fields: [why(false)],
      confirm: "Stop it",
      danger: true,
    };
    const send = (given) => post(`/recoveries/${encodeURIComponent(id)}/stop`, given);
    if ((await asking(question, send)) === null) return false;
    toast("The recovery is stopped.");
    return true;
  });

async function inParts(accounts, verb, path, more) {
  const done = [];
  const refused = [];
  for (let at = 0; at < accounts.length; at += AT_ONCE) {
    const answer = await post(path, { accounts: accounts.slice(at, at + AT_ONCE), ...more });
    done.push(...answer[verb]);
    refused.push(...answer.refused);
  }
  return { done, refused };
}

function tellRefused(refused) {
  if (refused.length === 0) return;
  const [{ account, words }] = refused;
  const others = refused.length > 1 ? ` And ${plural(refused.length - 1, "other")}.` : "";
  toast(`${called(account)}: ${words}${others}`, "danger");
}
