// How the values of an Account and of Customers compare.

import { badge } from "./badges.js";
import { foreign, h } from "./dom.js";

// What an Account has nothing of.
const OF_CUSTOMERS = new Set(["Inactive", "Stage", "Created", "Last changed"]);
const KINDS = { same: "good", differs: "warning", missing: "warning", "only here": "quiet" };

// [{label, ours, isCompared, cells: [{text, mark}]}], a cell for each candidate. First comes what
// tells the candidates apart, then what differs with all; what only Customers have comes last.
export function compared({ ours, labels, candidates }) {
  const lines = labels.map((label) => ({
    label,
    ours: ours[label] ?? "",
    isCompared: !OF_CUSTOMERS.has(label),
    cells: candidates.map(({ values }) => cell(label, ours[label] ?? "", values[label] ?? "")),
  }));
  return lines.sort((one, other) => rank(one) - rank(other));
}

function cell(label, ours, theirs) {
  if (OF_CUSTOMERS.has(label) || (!ours && !theirs)) return { text: theirs, mark: null };
  if (ours === theirs) return { text: theirs, mark: "same" };
  return { text: theirs, mark: ours && theirs ? "differs" : ours ? "missing" : "only here" };
}

function rank({ isCompared, cells }) {
  if (!isCompared) return 3;
  const marks = new Set(cells.map(({ mark }) => mark));
  if (marks.size > 1) return 0;
  return marks.has("differs") || marks.has("missing") ? 1 : 2;
}

export const shown = (text) => (text ? foreign(text) : h("span", { class: "cw-muted" }, "empty"));

// A Customer's value, and how it compares.
export function marked({ text, mark }) {
  if (!mark) return shown(text);
  const value = mark === "differs" ? h("span", { class: "cw-differs" }, shown(text)) : shown(text);
  return [value, " ", badge(mark, KINDS[mark])];
}
