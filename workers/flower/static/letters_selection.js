// The letters that are selected, kept while one turns pages, and the bar that acts on them.

import { announce } from "./announce.js";
import { conceal, h } from "./dom.js";

export class Selection {
  #accounts = new Set();
  #listeners = [];

  has = (account) => this.#accounts.has(account);

  get accounts() {
    return [...this.#accounts];
  }

  set(accounts, isSelected) {
    for (const account of accounts) this.#accounts[isSelected ? "add" : "delete"](account);
    for (const listener of this.#listeners) listener();
  }

  clear() {
    this.set(this.accounts, false);
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }
}

export function bulkBar(selection, requeue, discard) {
  const told = h("span", {});
  const button = (style, words, click) =>
    h("button", { type: "button", class: `btn ${style}`, on: { click } }, words);
  const buttons = h(
    "span",
    { class: "cw-actions" },
    button("btn-primary", "Requeue…", requeue),
    button("btn-outline-danger", "Discard…", discard),
    button("btn-outline-secondary", "Select none", () => selection.clear()),
  );
  const bar = h("div", { class: "cw-card-foot" }, told, buttons);
  const follow = () => {
    const count = selection.accounts.length;
    told.textContent = `${count.toLocaleString("en")} selected`;
    conceal(bar, count === 0);
  };
  selection.onChange(() => {
    follow();
    announce(told.textContent);
  });
  follow();
  return bar;
}
