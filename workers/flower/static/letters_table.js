// The list of letters.

import { page } from "./api.js";
import { badge } from "./badges.js";
import { $, foreign, h } from "./dom.js";
import { nameOf } from "./names.js";
import { patch } from "./patch.js";
import { row, table } from "./table.js";
import { age } from "./time.js";

const SELECT = { label: "Select", hidden: true };
const COLUMNS = [
  { label: "Account", head: true },
  { label: "Cause", wide: true },
  { label: "What was said", wide: true },
  { label: "Failed" },
  { label: "Wait behind it", number: true },
  { label: "Assigned to" },
];

// selection: null for those who may only read.
export function lettersTable(selection) {
  const columns = selection ? [SELECT, ...COLUMNS] : COLUMNS;
  const made = table("Dead letters", columns);
  made.addEventListener("change", ({ target }) => {
    if (target.dataset.account) selection.set([target.dataset.account], target.checked);
  });
  const boxes = () => made.querySelectorAll("input[data-account]");
  const follow = () => {
    for (const box of boxes()) box.checked = selection.has(box.dataset.account);
  };
  const show = (letters) => {
    patch(
      $("tbody", made),
      letters.map((letter) => letterRow(columns, letter, selection)),
    );
    follow();
  };
  selection?.onChange(follow);
  return { element: made, show };
}

function letterRow(columns, letter, selection) {
  const { account, waiting, assigned } = letter;
  const cells = [
    who(letter),
    [h("span", { class: "cw-nowrap" }, letter.cause), second(letter.stage)],
    [foreign(letter.words), letter.service_words && clamped(letter.service_words)],
    failed(letter),
    waiting > 0 && waiting.toLocaleString("en"),
    assigned && foreign(assigned),
  ];
  if (selection) cells.unshift(checkbox(account, selection));
  return row(columns, account, cells);
}

function who({ account, state }) {
  const link = { href: page(`/accounts/${account}`), dataset: { key: `open-${account}` } };
  return [
    h("a", link, nameOf(account)),
    second(h("code", {}, account)),
    state === "again" && badge("on trial", "active"),
  ];
}

const failed = ({ at, first, deaths }) => [
  age(at),
  deaths > 1 && second("first ", age(first), `, ${deaths} times`),
];

const clamped = (words) => h("span", { class: "cw-second cw-clamp" }, foreign(words));

const second = (...children) => h("span", { class: "cw-second" }, children);

const checkbox = (account, selection) =>
  h("input", {
    type: "checkbox",
    class: "form-check-input",
    checked: selection.has(account),
    "aria-label": `Select ${account}`,
    dataset: { account, key: `select-${account}` },
  });
