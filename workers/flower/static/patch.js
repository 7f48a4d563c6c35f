// Brings a part of the page up to date without making it anew: what polling shows.

import { focusAgain, focused, h } from "./dom.js";

// Makes the children of `node` look like `children`. Elements that stay keep focus, selected text,
// scrolling and whether a <details> is open. They also keep their listeners, and the new ones are
// lost: what has listeners is built once and not given to this function; buttons in it tell by
// data-act what they do (see listen in dom.js). An element is another one if its tag or its
// data-key differs; those with a data-key stay the same when others come before them, or go.
export function patch(node, ...children) {
  const focus = focused(node);
  follow(node, h("div", {}, children));
  focusAgain(node, focus);
}

function follow(now, wanted) {
  const fresh = [...wanted.childNodes];
  const keys = new Set(fresh.map(keyOf).filter(Boolean));
  for (const child of [...now.childNodes]) if (isGone(child, keys)) child.remove();
  const old = new Map([...now.childNodes].filter(keyOf).map((child) => [keyOf(child), child]));
  fresh.forEach((child, at) => {
    const before = now.childNodes[at];
    const same = old.get(keyOf(child));
    if (keyOf(child) && same !== before) now.insertBefore(same ?? child, before ?? null);
    settle(now, now.childNodes[at], child);
  });
  while (now.childNodes.length > fresh.length) now.lastChild.remove();
}

const keyOf = (node) => node.dataset?.key;

const isGone = (child, keys) => keyOf(child) && !keys.has(keyOf(child));

function settle(parent, before, after) {
  if (before === after) return;
  if (!before) parent.append(after);
  else if (!isAlike(before, after)) before.replaceWith(after);
  else if (before.nodeType !== Node.ELEMENT_NODE) {
    if (before.data !== after.data) before.data = after.data;
  } else {
    dress(before, after);
    follow(before, after);
  }
}

const isAlike = (before, after) =>
  before.nodeName === after.nodeName && keyOf(before) === keyOf(after);

function dress(before, after) {
  for (const { name } of [...before.attributes]) {
    const isOpen = name === "open" && before.nodeName === "DETAILS";
    if (!isOpen && !after.hasAttribute(name)) before.removeAttribute(name);
  }
  for (const { name, value } of after.attributes) {
    if (before.getAttribute(name) !== value) before.setAttribute(name, value);
  }
}
