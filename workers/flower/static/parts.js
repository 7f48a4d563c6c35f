// Pieces of pages that only show: tables, facts, meters. Without listeners, so they may be patched.

import { $, h } from "./dom.js";
import { row, table as emptyTable } from "./table.js";
import { span } from "./time.js";

// heads: [label or {label, number: true}]; rows: lists of cells, each a text, an element or a list;
// the first names its row.
export function table(caption, heads, rows) {
  const columns = heads.map((head, at) => ({
    ...(head.label ? head : { label: head }),
    head: !at,
  }));
  const made = emptyTable(caption, columns);
  const lines = rows.map((cells, at) =>
    row(
      columns,
      `${at}`,
      cells.map((cell) => cell ?? missing()),
    ),
  );
  $("tbody", made).append(...lines);
  return h("div", { class: "cw-scroll" }, made);
}

// What is so, as a list of names and values: [[name, value], …]; a value of null is a dash.
export function facts(pairs) {
  const rows = pairs.map(([name, value]) =>
    h("div", { class: "detail-row" }, h("dt", {}, name), h("dd", {}, value ?? missing())),
  );
  return h("dl", { class: "detail-list" }, rows);
}

// How much of what there is, with the words beside it: `label` for those who do not see the bar.
export function meter(label, value, most, words) {
  const share = most ? value / most : 0;
  const level = share > 0.9 ? "full" : share > 0.75 ? "high" : "fine";
  const props = {
    class: `cw-meter cw-meter-${level}`,
    min: 0,
    max: most || 1,
    "aria-label": label,
  };
  const bar = h("meter", props, words);
  bar.setAttribute("value", Math.min(value, most || 1));
  return h("div", { class: "cw-metered" }, bar, h("span", { class: "cw-metered-words" }, words));
}

// A short length of time, as lag is: "840 ms", "2.4 s", "3 min".
export const brief = (seconds) =>
  seconds >= 1 && seconds < 10 ? `${Math.round(seconds * 10) / 10} s` : span(seconds);

export const missing = () => h("span", { class: "value-missing" }, "—");

// 12345 → "12,345"
export const count = (number) => number.toLocaleString("en");

// "1 account", "3 accounts"
export const plural = (number, one, many = `${one}s`) =>
  `${count(number)} ${number === 1 ? one : many}`;

// What there is none of, in a sentence.
export const empty = (words) => h("p", { class: "cw-empty" }, words);
