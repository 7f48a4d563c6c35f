// The part of the letters that the address asks for.

import { get, polled } from "./api.js";
import { $, conceal, h } from "./dom.js";
import { pager, showEmpty } from "./letters_pages.js";
import { lettersTable } from "./letters_table.js";
import { asked, isFirst } from "./letters_view.js";
import { readNames } from "./names.js";

// How old a list may become, in seconds, until polling reads it again: a search by name costs a
// call to Salesforce, one by text a look through many letters.
const KEPT = { name: 120, text: 30 };

export class LetterList {
  #selection;
  #table;
  #pages = pager();
  #letters = [];
  #shown = null; // the address whose letters are shown
  #readAt = 0;

  // selection: null for those who may only read.
  constructor(selection) {
    this.#selection = selection;
    this.#table = lettersTable(selection);
    $("#list-place").append(this.#table.element);
    $("#list-foot").append(this.#pages.element);
    if (selection) $("#list-head").append(this.#selectAll());
  }

  // Has the next read ask, however young the list is.
  expire() {
    this.#readAt = 0;
  }

  async read() {
    const address = location.search;
    const view = asked();
    const kept = view.name ? KEPT.name : view.text ? KEPT.text : 0;
    if (address === this.#shown && Date.now() / 1000 - this.#readAt < kept) return;
    const answer = await (view.name ? get("/letters/named", view) : polled("/letters", view));
    // Somebody may have gone on to another part meanwhile: that one is read next.
    if (address !== location.search) return;
    this.#shown = address;
    this.#readAt = Date.now() / 1000;
    this.#show(answer);
    this.#showNames(answer);
  }

  #show(answer) {
    this.#forget(answer);
    this.#letters = answer.letters;
    conceal(this.#table.element, answer.letters.length === 0);
    this.#table.show(answer.letters);
    conceal(this.#pages.element, answer.letters.length === 0 && isFirst() && !answer.next);
    this.#pages.show(answer);
    showEmpty($("#list-empty"), answer);
    this.#followSelection();
  }

  // What stood on this page and is no letter of this part any more is not selected any more either.
  // The oldest may only have gone on to the next page.
  #forget({ letters, next }) {
    const there = new Set(letters.map(({ account }) => account));
    const oldest = letters.at(-1)?.at ?? Infinity;
    const gone = this.#letters.filter(
      ({ account, at }) => !there.has(account) && (!next || at > oldest),
    );
    const selected = gone.map(({ account }) => account).filter((one) => this.#selection?.has(one));
    if (selected.length) this.#selection.set(selected, false);
  }

  // Not waited for: a Salesforce that does not answer holds up nothing but the names.
  async #showNames({ note }) {
    const trouble = await readNames(this.#accounts());
    this.#table.show(this.#letters);
    const notes = [note, trouble].filter(Boolean);
    $("#list-note").hidden = notes.length === 0;
    $("#list-note").textContent = notes.join(" ");
  }

  #accounts = () => this.#letters.map(({ account }) => account);

  #selectAll() {
    const box = h("input", { type: "checkbox", class: "form-check-input", id: "select-all" });
    box.addEventListener("change", () => this.#selection.set(this.#accounts(), box.checked));
    this.#selection.onChange(() => this.#followSelection());
    const label = h("label", { for: "select-all" }, "Select this page");
    return h("span", { class: "cw-actions", id: "select-page" }, box, label);
  }

  #followSelection() {
    const box = $("#select-all");
    if (!box) return;
    conceal($("#select-page"), this.#letters.length === 0);
    const chosen = this.#accounts().filter(this.#selection.has).length;
    box.checked = chosen > 0 && chosen === this.#letters.length;
    box.indeterminate = chosen > 0 && !box.checked;
  }
}
