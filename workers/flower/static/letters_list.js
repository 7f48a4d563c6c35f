// The part of the letters that the address asks for.

import { get } from "./api.js";
import { $, conceal, h } from "./dom.js";
import { pager, showEmpty } from "./letters_pages.js";
import { lettersTable } from "./letters_table.js";
import { asked } from "./letters_view.js";
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
    const answer = await get("/letters", view);
    // Somebody may have gone on to another part meanwhile: that one is read next.
    if (address !== location.search) return;
    this.#shown = address;
    this.#readAt = Date.now() / 1000;
    this.#show(answer);
    this.#showNames(answer);
  }

  #show(answer) {
    this.#letters = answer.letters;
    conceal(this.#table.element, answer.letters.length === 0);
    this.#table.show(answer.letters);
    this.#pages.show(answer);
    showEmpty($("#list-empty"), answer);
    this.#followSelection();
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
    return h("span", { class: "cw-actions" }, box, label);
  }

  #followSelection() {
    const box = $("#select-all");
    if (!box) return;
    const chosen = this.#accounts().filter(this.#selection.has).length;
    box.disabled = this.#letters.length === 0;
    box.checked = chosen > 0 && chosen === this.#letters.length;
    box.indeterminate = chosen > 0 && !box.checked;
  }
}
