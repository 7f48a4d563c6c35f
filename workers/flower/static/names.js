// Names of Accounts, read live from Salesforce after the list shows: nobody waits for them.

import { ApiError, get } from "./api.js";
import { h } from "./dom.js";

const AT_ONCE = 200; // as many ids as the API takes in one call
const REST = 30_000; // ms: so long Salesforce is left alone once it did not answer
const known = new Map();
let rest = { until: 0, note: null };

// Reads the names that are not known yet; gives null, or a sentence if some cannot be read.
export async function readNames(accounts) {
  if (Date.now() < rest.until) return rest.note;
  const missing = [...new Set(accounts)].filter((account) => !known.has(account));
  let note = null;
  for (let at = 0; at < missing.length; at += AT_ONCE) {
    note = (await readSome(missing.slice(at, at + AT_ONCE))) ?? note;
  }
  if (note) rest = { until: Date.now() + REST, note };
  return note;
}

async function readSome(accounts) {
  try {
    const { names, note } = await get("/accounts/names", { ids: accounts.join(",") });
    // Without a note Salesforce has answered: it does not know those that it left out.
    for (const account of accounts) {
      if (names[account] || !note) known.set(account, names[account] ?? null);
    }
    return note;
  } catch (error) {
    if (error instanceof ApiError) return `Names cannot be shown: ${error.message}`;
    throw error;
  }
}

// Takes a name that was read elsewhere.
export const learn = (account, name) => known.set(account, name);

// What a sentence calls the account: its id where no name is known.
export const called = (account) => known.get(account) ?? account;

// A name, or what stands in its place.
export function nameOf(account) {
  const name = known.get(account);
  if (name) return name;
  const words = known.has(account) ? "not in Salesforce" : "name not read";
  return h("span", { class: "cw-muted" }, words);
}
