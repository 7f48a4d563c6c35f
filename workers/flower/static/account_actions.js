// What an admin does with an account, beside its letter. Each asks first, and gives whether
// anything was done.

import { post } from "./api.js";
import { asking, why } from "./asking.js";
import { ask, toast } from "./dialog.js";
import { attempt } from "./letter_actions.js";

const path = (account, verb) => `/accounts/${encodeURIComponent(account)}/${verb}`;

export const sync = (account) =>
  synced(account, false, {
    title: "Sync this account now?",
    words: "It runs through the flow as if it had just changed in Salesforce.",
    confirm: "Sync now",
  });

export const forceSync = (account) =>
  synced(account, true, {
    title: "Force the sync of this account?",
    words: "It and all its parents become Customers, even without a Closed Won Opportunity.",
    confirm: "Force sync",
    danger: true,
  });

const synced = (account, force, question) =>
  attempt(async () => {
    const send = (given) => post(path(account, "sync"), { force, ...given });
    const answer = await asking({ ...question, fields: [why(false)] }, send);
    if (!answer) return false;
    const { length } = answer.opened;
    toast(length === 1 ? "The account is opened." : `${length} accounts are opened.`);
    return true;
  });

const letter = (account, verb) => `/letters/${encodeURIComponent(account)}/${verb}`;

export const assign = (account, assigned) =>
  attempt(async () => {
    const to = { name: "to", label: "Assigned to", value: assigned, maxlength: 100 };
    const question = { title: "Who takes care of it?", confirm: "Assign" };
    const fields = [{ ...to, help: "Left empty: nobody." }];
    const send = (given) => post(letter(account, "assign"), given);
    const answer = await asking({ ...question, fields }, send);
    if (answer) toast(answer.assigned ? `Assigned to ${answer.assigned}.` : "Assigned to nobody.");
    return Boolean(answer);
  });

export const comment = (account, words) =>
  attempt(async () => {
    const field = { name: "words", label: "Comment", type: "textarea", value: words };
    const fields = [{ ...field, maxlength: 2000, required: true }];
    const question = { title: "Comment on this letter", confirm: "Save", fields };
    const answer = await asking(question, (given) => post(letter(account, "comment"), given));
    if (answer) toast("The comment is saved.");
    return Boolean(answer);
  });

// Links the account to one of the candidates. One that is blocked wants a second yes.
export async function link(account, { customer, name, blocked }) {
  const given = await ask({
    title: `Link to Customer ${customer}?`,
    words: `From now on ${account} writes to Customer ${customer} (${name}), and runs again.`,
    fields: [why(false)],
    confirm: "Link",
  });
  if (given === null || (blocked && !(await sure(customer, blocked)))) return false;
  return linkNow(account, customer, Boolean(blocked), given.why);
}

const sure = async (customer, blocked) =>
  null !==
  (await ask({
    title: `Link to Customer ${customer} nonetheless?`,
    words: [blocked, "Say yes only if you are certain: what the other one had may be overwritten."],
    confirm: "Link nonetheless",
    danger: true,
  }));

// Links to a Customer whose internal id somebody types.
export async function linkTyped(account) {
  const given = await ask({
    title: "Link to another Customer",
    fields: [
      {
        name: "customer",
        label: "The Customer's internal id",
        required: true,
        maxlength: 20,
        help: "It stands in the Customer's address in NetSuite, after id=.",
      },
      why(false),
    ],
    confirm: "Link",
  });
  if (given === null) return false;
  return linkNow(account, given.customer, false, given.why);
}

const linkNow = (account, customer, force, reason) =>
  attempt(async () => {
    try {
      return await send(account, customer, force, reason);
    } catch (error) {
      if (error.status !== 409 || force) throw error;
      return (await sure(customer, error.message)) && send(account, customer, true, reason);
    }
  });

async function send(account, customer, force, reason) {
  const answer = await post(path(account, "link"), { customer, force, why: reason });
  const taken = answer.taken_from ? ` It was taken from ${answer.taken_from}.` : "";
  toast(`Linked to Customer ${answer.customer}.${taken}`);
  return true;
}
