// The Customers that may be meant, side by side with the Account; on a phone a card for each.

import { compared, marked, shown } from "./account_comparison.js";
import { foreign, h } from "./dom.js";
import { accountLink, outside } from "./links.js";

const OURS = "Salesforce's Account";

// found: the answer of the API; choose(candidate): null for those who may only read.
export const candidatesOf = (found, choose, isNarrow) =>
  isNarrow
    ? h(
        "ul",
        { class: "cw-list" },
        found.candidates.map((_, at) => card(found, at, choose)),
      )
    : table(found, choose);

function table(found, choose) {
  const { candidates } = found;
  const heads = candidates.map((one) => [titleOf(one), second(foreign(one.name))]);
  const lines = compared(found).map(({ label, ours, isCompared, cells }) =>
    line(label, [isCompared && shown(ours), ...cells.map(marked)]),
  );
  const linked = line("Linked to", ["", ...candidates.map(holder)]);
  const choices = candidates.map((one) => choice(one, choose));
  const first = choices.some(Boolean) && line(choose ? "Choose" : "Hindrance", ["", ...choices]);
  return h(
    "table",
    { class: "table cw-table cw-candidates" },
    h("caption", { class: "visually-hidden" }, "The Account and the Customers that may be meant"),
    h("thead", {}, headLine(["Field", OURS, ...heads])),
    h("tbody", {}, first, lines, linked),
  );
}

function card(found, at, choose) {
  const one = found.candidates[at];
  const lines = compared(found).map(({ label, ours, isCompared, cells }) =>
    line(label, [isCompared && shown(ours), marked(cells[at])]),
  );
  const held = line("Linked to", ["", holder(one)]);
  return h(
    "li",
    {},
    h("h4", { class: "cw-candidate-title" }, titleOf(one), " ", second(foreign(one.name))),
    choice(one, choose),
    h(
      "table",
      { class: "table cw-table cw-candidate" },
      h("caption", { class: "visually-hidden" }, `The Account and Customer ${one.customer}`),
      h("thead", {}, headLine(["Field", "Salesforce", "NetSuite"])),
      h("tbody", {}, lines, held),
    ),
  );
}

const headLine = (cells) =>
  h(
    "tr",
    {},
    cells.map((cell) => h("th", { scope: "col" }, cell)),
  );

const line = (label, cells) =>
  h(
    "tr",
    {},
    h("th", { scope: "row" }, label),
    cells.map((cell) => h("td", { class: "cw-words" }, cell)),
  );

const second = (...children) => h("span", { class: "cw-second" }, children);

const titleOf = ({ customer, url }) =>
  outside(url, `Customer ${customer}`) ?? `Customer ${customer}`;

const holder = ({ linked_to }) => (linked_to ? accountLink(linked_to) : "no Account");

// The button, or why there is none; null for readers where nothing hinders.
function choice(candidate, choose) {
  const { customer, blocked, by_force } = candidate;
  if (!choose || (blocked && !by_force)) return blocked;
  const words = blocked ? "Link nonetheless…" : "Choose…";
  const style = blocked ? "btn-outline-danger" : "btn-primary";
  const props = {
    type: "button",
    class: `btn btn-sm ${style}`,
    "aria-label": `${words} Customer ${customer}`,
    dataset: { key: `choose-${customer}` },
    on: { click: () => choose(candidate) },
  };
  return [h("button", props, words), blocked && second(blocked)];
}
