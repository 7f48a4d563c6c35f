// What an admin does with letters. Each asks first, tells what came of it, and gives whether
// anything was done.

import { ApiError, post } from "./api.js";
import { asking, why } from "./asking.js";
import { ask, toast } from "./dialog.js";
import { h } from "./dom.js";
import { plural } from "./parts.js";

const AT_ONCE = 500; // as many accounts as the API takes in one call

export const requeue = (accounts) =>
  attempt(async () => {
    const question = {
      title: `Requeue ${plural(accounts.length, "letter")}?`,
      words: "They run through the flow again. A letter leaves only when its account succeeds.",
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
  if (done.length) toast(`${plural(done.length, "letter")} requeued.`);
  const early = refused.filter(({ verdict }) => verdict === "just_died");
  tellRefused(refused.filter(({ verdict }) => verdict !== "just_died"));
  if (early.length === 0 || (await sureToForce(early)) === null) return true;
  return tellRequeued(await requeueNow(early.map(({ account }) => account), true, reason));
}

const EARLY =
  "What was requeued failed again less than five minutes ago. If nothing was mended since, " +
  "it will fail once more.";

const refusal = ({ account, words }) => h("li", {}, h("code", {}, account), ` ${words}`);

const sureToForce = (early) =>
  ask({
    title: `${plural(early.length, "letter")} just died again`,
    words: [EARLY, h("ul", {}, early.map(refusal))],
    confirm: "Requeue anyway",
    danger: true,
  });

export const discard = (accounts) =>
  attempt(async () => {
    const question = {
      title: `Discard ${plural(accounts.length, "letter")}?`,
      words: [
        "The accounts stay as they are until their next change.",
        "Those who wait for them die, too, each with a letter.",
      ],
      fields: [why(true, "Kept in the account's story and in the audit.")],
      confirm: "Discard",
      danger: true,
    };
    const send = (given) => inParts(accounts, "discarded", "/letters/discard", given);
    const answer = await asking(question, send);
    if (answer === null) return false;
    if (answer.done.length) toast(`${plural(answer.done.length, "letter")} discarded.`);
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
  help: "Left out, letters that failed again less than five minutes ago stay.",
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

// Runs what is to be done; an answer that refuses it is told.
export async function attempt(deed) {
  try {
    return await deed();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, "danger");
    return false;
  }
}

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
  toast(`${account}: ${words}${others}`, "danger");
}
