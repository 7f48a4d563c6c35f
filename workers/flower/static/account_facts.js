// The facts of an account: what the ledger knows, and what Salesforce says live.

import { NEVER_HEARD, stateBadge } from "./badges.js";
import { foreign, h } from "./dom.js";
import { accountLink, outside } from "./links.js";
import { facts } from "./parts.js";

// live: the answer of Salesforce, or null while it is not there.
export function accountFacts(known, live) {
  const { customer, waiting_for, waiting_count, links } = known;
  return facts([
    ["State", [stateBadge(known.state), ` ${stateWords(known)}`]],
    ["Customer", customer ? [`${customer} `, outside(links.netsuite, "open in NetSuite")] : "none"],
    ["In Salesforce", salesforce(live, outside(links.salesforce, "open in Salesforce"))],
    ...(live?.known ? [["Parent", parent(live)]] : []),
    ...(waiting_for ? [["Waits for", accountLink(waiting_for)]] : []),
    ...(waiting_count ? [["Wait behind it", waiters(known)]] : []),
    ...(known.attempts ? [["Attempts in this run", String(known.attempts)]] : []),
    ...(known.again ? [["Changed meanwhile", "yes: it runs again after this run"]] : []),
    ...(known.force ? [["Forced", "yes: with its parents, without a Closed Won"]] : []),
  ]);
}

function stateWords({ state, stage }) {
  if (state !== "none") return stage ? `at ${stage}` : "";
  return NEVER_HEARD;
}

function salesforce(live, link) {
  if (live?.is_deleted) return ["deleted; ", link];
  if (!live || live.known) return link;
  return live.known === null ? [live.note, " ", link] : live.note;
}

function parent({ parent: of }) {
  return of ? accountLink(of.account, of.name ? foreign(of.name) : of.account) : "none";
}

function waiters({ waiting_count, waiting_behind }) {
  const listed = waiting_behind.map((account) => h("li", {}, accountLink(account)));
  const more = waiting_count - waiting_behind.length;
  const title = `${waiting_count.toLocaleString("en")} waiting`;
  return h(
    "details",
    {},
    h("summary", { dataset: { key: "waiters" } }, title),
    h("ul", { class: "mb-0" }, listed),
    more > 0 && h("p", { class: "mb-0" }, `and ${more.toLocaleString("en")} more`),
  );
}

// What is paused, by name: its words tell why the account does not go on.
export function pauses(paused) {
  return Object.entries(paused).map(([what, words]) =>
    h("p", { class: "alert alert-warning", dataset: { key: what } }, `Paused (${what}): ${words}`),
  );
}
