// The Customers that may be meant, side by side with the Account.

import { badge } from "./badges.js";
import { h } from "./dom.js";
import { accountLink, outside } from "./links.js";
import { missing } from "./parts.js";

// choose(candidate): null for those who may only read.
export function candidatesTable({ ours, labels, candidates }, choose) {
  const top = ["Field", "Salesforce's Account"].map((words) => h("th", { scope: "col" }, words));
  const heads = candidates.map((candidate) => h("th", { scope: "col" }, headOf(candidate)));
  const values = labels.map((label) =>
    line(
      label,
      ours[label] || missing(),
      candidates.map((candidate) => compared(ours[label], candidate.values[label])),
    ),
  );
  const linked = line("Linked to", missing(), candidates.map(({ linked_to }) => holder(linked_to)));
  const last = line("Choose", "", candidates.map((one) => choice(one, choose)));
  return h(
    "table",
    { class: "table cw-table cw-candidates" },
    h("caption", { class: "visually-hidden" }, "The Account and the Customers that may be meant"),
    h("thead", {}, h("tr", {}, top, heads)),
    h("tbody", {}, values, linked, last),
  );
}

const line = (label, ours, theirs) =>
  h(
    "tr",
    {},
    h("th", { scope: "row" }, label),
    [ours, ...theirs].map((cell) => h("td", { class: "cw-words" }, cell)),
  );

const headOf = ({ customer, name, url }) => {
  const words = `Customer ${customer}`;
  return [outside(url, words) ?? words, h("span", { class: "cw-second" }, name)];
};

const shown = (text) => text || h("span", { class: "cw-muted" }, "empty");

// What one of the two has no value for is not compared: much of it only Customers have.
function compared(ours, theirs) {
  if (!ours || !theirs || ours === theirs) return shown(theirs);
  return [h("span", { class: "cw-differs" }, shown(theirs)), " ", badge("differs", "warning")];
}

const holder = (account) => (account ? accountLink(account) : "no Account");

function choice(candidate, choose) {
  const { customer, blocked, by_force } = candidate;
  if (!choose || (blocked && !by_force)) return blocked ?? "can be chosen";
  const words = blocked ? "Link nonetheless…" : "Choose…";
  const style = blocked ? "btn-outline-danger" : "btn-primary";
  const props = {
    type: "button",
    class: `btn btn-sm ${style}`,
    "aria-label": `${words} Customer ${customer}`,
    dataset: { key: `choose-${customer}` },
    on: { click: () => choose(candidate) },
  };
  return [
    h("button", props, words),
    blocked && h("span", { class: "cw-second" }, blocked),
  ];
}
