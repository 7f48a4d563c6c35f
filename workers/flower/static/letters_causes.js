// The letters by cause: how many, how old, what to do.

import { adviceFor } from "./causes.js";
import { $, h, listen } from "./dom.js";
import { patch } from "./patch.js";
import { row, table } from "./table.js";
import { age } from "./time.js";

const COLUMNS = [
  { label: "Cause", head: true },
  { label: "Letters", number: true },
  { label: "Last failure" },
  { label: "Untouched since" },
  { label: "What to do", wide: true },
];
const ACTIONS = { label: "Actions", hidden: true };

// acts: {choose({cause}), requeueAll({cause})}; without the second for those who may only read.
export function causesTable(acts) {
  const columns = acts.requeueAll ? [...COLUMNS, ACTIONS] : COLUMNS;
  const made = table("Dead letters by cause", columns);
  listen(made, acts);
  const show = ({ causes }) =>
    patch(
      $("tbody", made),
      causes.map((counted) => causeRow(columns, counted)),
    );
  return { element: made, show };
}

function causeRow(columns, { cause, count, oldest, newest }) {
  const canAct = columns.includes(ACTIONS);
  const cells = [
    button("choose", cause, { class: "btn btn-link" }, cause),
    count.toLocaleString("en"),
    age(newest),
    age(oldest),
    adviceFor(cause, canAct, "list"),
  ];
  if (canAct) {
    const named = { "aria-label": `Requeue all of ${cause}` };
    const props = { class: "btn btn-sm btn-outline-secondary", ...named };
    cells.push(button("requeueAll", cause, props, "Requeue all…"));
  }
  return row(columns, `cause-${cause}`, cells);
}

const button = (act, cause, props, words) =>
  h("button", { type: "button", ...props, dataset: { key: `${act}-${cause}`, act, cause } }, words);
