// Links to accounts, and out of the pages.

import { page } from "./api.js";
import { h } from "./dom.js";

const ACCOUNT = /\b(001[a-zA-Z0-9]{15})\b/;

export const accountLink = (account, words = account) =>
  h("a", { href: page(`/accounts/${account}`), dataset: { key: `to-${account}` } }, words);

// A text in which each account's id leads to its page, but for the one that is open.
export const linked = (text) =>
  text.split(ACCOUNT).map((part, at) => (at % 2 && !isOpen(part) ? accountLink(part) : part));

// An id's first 15 characters are the whole of it, and an address may have no more.
function isOpen(account) {
  const [folder, last] = location.pathname.split("/").slice(-2);
  return folder === "accounts" && last.slice(0, 15) === account.slice(0, 15);
}

// Opens beside this page, and is told nothing of it; null without an address.
export const outside = (href, words) =>
  href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, words) : null;
