// What an admin does with an account, beside its letter. Each asks first, and gives whether
// anything was done.

import { post } from "./api.js";
import { asking, why } from "./asking.js";
import { attempt } from "./attempt.js";
import { toast } from "./dialog.js";
import { foreign, h } from "./dom.js";
import { called } from "./names.js";

const path = (account, verb) => `/accounts/${encodeURIComponent(account)}/${verb}`;

export const sync = (account) =>
  synced(account, false, {
    title: `Sync ${called(account)} now?`,
    words: "It runs through the flow as if it had just changed in Salesforce.",
    confirm: "Sync now",
  });

export const forceSync = (account) =>
  synced(account, true, {
    title: `Force the sync of ${called(account)}?`,
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
    const question = { title: `Who takes care of ${called(account)}?`, confirm: "Assign" };
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
    const question = { title: `Comment on ${called(account)}`, confirm: "Save", fields };
    const answer = await asking(question, (given) => post(letter(account, "comment"), given));
    if (answer) toast("The comment is saved.");
    return Boolean(answer);
  });

const OVERWRITES = "The Account's values overwrite the Customer's fields.";

// Links the account to one of the candidates.
export function link(account, { customer, name }) {
  const whom = called(account);
  const runs = `From now on the Account ${whom} writes to Customer ${customer} (${name}), and runs again.`;
  return linking(account, customer, {
    title: `Link ${whom} to Customer ${customer}?`,
    words: [h("p", {}, foreign(runs)), OVERWRITES],
    fields: [why(false)],
    confirm: "Link",
  });
}

// Links to a Customer whose internal id somebody types.
export const linkTyped = (account) =>
  linking(account, null, {
    title: `Link ${called(account)} to another Customer`,
    words: OVERWRITES,
    fields: [
      {
        name: "customer",
        label: "The Customer's internal id",
        required: true,
        maxlength: 18,
        inputmode: "numeric",
        pattern: "[0-9]+",
        help: "Digits alone. It stands in the Customer's address in NetSuite, after id=.",
      },
      why(false),
    ],
    confirm: "Link",
  });

// What only force would do is asked again, with the reason of that moment.
const linking = (account, customer, question) =>
  attempt(async () => {
    let wanted = null;
    const send = (force) => post(path(account, "link"), { ...wanted, force });
    const first = (given) => {
      wanted = { customer, ...given };
      return send(false);
    };
    let answer = null;
    try {
      answer = await asking(question, first, isAmbiguous);
    } catch (error) {
      if (!isAmbiguous(error)) throw error;
      answer = await asking(nonetheless(wanted.customer, error.message), () => send(true), never);
    }
    if (answer === null) return false;
    const taken = answer.taken_from ? ` It was taken from ${answer.taken_from}.` : "";
    toast(`Linked to Customer ${answer.customer}.${taken}`);
    return true;
  });

const isAmbiguous = ({ error }) => error === "AmbiguousMatch";
const never = () => false;

const nonetheless = (customer, hindrance) => ({
  title: `Link to Customer ${customer} nonetheless?`,
  words: [hindrance, "Say yes only if you are certain: what the other one had may be overwritten."],
  confirm: "Link nonetheless",
  danger: true,
});
