// Tables that become cards on a phone. There CSS takes their roles from them, so these are written.

import { h } from "./dom.js";

// columns: [{label, number: true?, head: true? (names its row), hidden: true? (label unseen), wide:
// true? (takes a card's whole width)}].
// Give the rows with row() and put them into the body: `$("tbody", table)`.
export function table(caption, columns) {
  const heads = columns.map(({ label, number, hidden }) =>
    h(
      "th",
      { scope: "col", role: "columnheader", class: number && "cw-number" },
      hidden ? h("span", { class: "visually-hidden" }, label) : label,
    ),
  );
  return h(
    "table",
    { class: "table table-hover align-middle cw-table cw-stacked", role: "table" },
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads)),
    h("tbody", { role: "rowgroup" }),
  );
}

// `cells` are as many as the columns: each a text, a node, or a list of them.
export function row(columns, key, cells) {
  return h(
    "tr",
    { role: "row", dataset: { key } },
    cells.map((cell, at) => {
      const { label, number, head, hidden, wide } = columns[at];
      if (head) return h("th", { scope: "row", role: "rowheader" }, cell);
      const props = { class: number ? "cw-number" : wide ? "cw-words cw-wide" : "cw-words" };
      return h("td", { ...props, role: "cell", "data-label": hidden ? null : label }, cell);
    }),
  );
}
