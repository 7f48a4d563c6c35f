// What the draft would change: how many Accounts newly qualify, how many no longer, and samples.

import { ApiError, get, page } from "./api.js";
import { announce } from "./announce.js";
import { foreign, h, replace } from "./dom.js";
import { count, facts, plural } from "./parts.js";

// Draws into `host`. Gives {look(version), of(): the preview shown, or null, clear()}. `looked` is
// called when one has come.
export function preview(host, looked) {
  let [shown, wanted] = [null, null];
  const again = h(
    "button",
    { type: "button", class: "btn btn-sm btn-outline-danger" },
    "Try again",
  );
  again.addEventListener("click", () => look(wanted));

  async function look(version) {
    wanted = version;
    shown = null;
    host.ariaBusy = "true";
    replace(host, h("p", { class: "cw-note" }, "Asking Salesforce what this draft would change…"));
    try {
      const found = await get("/criteria/preview");
      if (found.version !== version)
        throw new ApiError(409, "Changed", "It was changed meanwhile.");
      if (wanted !== version) return;
      shown = found;
      replace(host, drawing(found));
      announce(told(found));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (wanted !== version) return;
      const words = h("span", {}, `What the draft would change is not known: ${error.message}`);
      replace(host, h("div", { class: "alert alert-danger cw-trouble-line" }, words, again));
    }
    host.ariaBusy = null;
    looked();
  }

  return {
    look,
    of: () => shown,
    clear() {
      [shown, wanted] = [null, null];
      replace(host);
    },
  };
}

export const told = ({ newly, no_longer }) =>
  `${plural(newly, "Account")} would newly qualify, ${plural(no_longer, "Account")} would no longer.`;

function drawing(found) {
  const { newly, newly_linked, no_longer, no_longer_linked, qualifying_now, qualifying_then } =
    found;
  return [
    h(
      "div",
      { class: "cw-tiles cw-card-body" },
      tile(
        "Would newly qualify",
        newly,
        `${count(newly_linked)} of them are Customers already`,
        "active",
      ),
      tile(
        "Would no longer qualify",
        no_longer,
        `${count(no_longer_linked)} of them are Customers`,
        "warning",
      ),
      tile("Qualify now", qualifying_now, "", "quiet"),
      tile("Would qualify then", qualifying_then, "", "quiet"),
    ),
    found.note && h("p", { class: "cw-note" }, found.note),
    facts([
      ["Newly, for example", samples(found.newly_sample, newly)],
      ["No longer, for example", samples(found.no_longer_sample, no_longer)],
    ]),
  ];
}

function tile(label, value, words, kind) {
  return h(
    "div",
    { class: `metric-card metric-card-${kind}` },
    h("p", { class: "metric-label" }, label),
    h("p", { class: "metric-value" }, count(value)),
    words && h("p", { class: "cw-second" }, words),
  );
}

function samples(accounts, all) {
  if (!accounts.length) return "none";
  const links = accounts.map(({ account, name }) =>
    h("li", {}, h("a", { href: page(`/accounts/${account}`) }, foreign(name || account))),
  );
  const more = all - accounts.length;
  return h(
    "ul",
    { class: "cw-samples" },
    links,
    more > 0 && h("li", {}, `and ${count(more)} more`),
  );
}
