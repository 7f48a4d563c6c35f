// How much of the letters is shown, and the way to older and newer ones.

import { announce } from "./announce.js";
import { $, enable, h, replace } from "./dom.js";
import { isFiltered, isFirst, newer, newest, older } from "./letters_view.js";

export function pager() {
  let next = null;
  const button = (id, words, click) =>
    h("button", { type: "button", class: "btn btn-outline-secondary", id, on: { click } }, words);
  const element = h(
    "nav",
    { class: "cw-card-foot", "aria-label": "Pages of letters", dataset: { landing: "" } },
    button("page-newest", "Newest", newest),
    button("page-newer", "Newer", newer),
    button("page-older", "Older", () => older(next)),
    h("span", { class: "cw-muted", id: "page-told" }),
  );
  const show = (answer) => {
    next = answer.next;
    for (const id of ["page-newest", "page-newer"]) enable($(`#${id}`, element), !isFirst());
    enable($("#page-older", element), Boolean(next));
    const words = told(answer);
    $("#page-told", element).textContent = words;
    announce(words);
  };
  return { element, show };
}

function told({ letters, total, looked_at, next }) {
  const count = letters.length.toLocaleString("en");
  if (total !== null) return `${count} of ${total.toLocaleString("en")} shown`;
  const end = next ? "Older may have more." : "That is all.";
  return `${count} found among ${looked_at.toLocaleString("en")} looked at. ${end}`;
}

// What stands in the list's place when it is empty.
export function showEmpty(node, { letters, next }) {
  node.hidden = letters.length > 0;
  const search = next ? "None found so far: go on with Older." : "No letter is like that.";
  const none = "There are no dead letters.";
  replace(node, isFiltered() || !isFirst() ? search : none);
}
