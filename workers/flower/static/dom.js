// Builds elements. Text goes in as text alone, so nothing that anybody wrote becomes markup.

const AS_PROPERTIES = new Set(["checked", "value", "indeterminate"]);

// Text that people or services wrote, in whatever direction they write: it turns round nothing that
// stands beside it.
export const foreign = (words) => h("bdi", {}, words);

export const $ = (selector, within = document) => within.querySelector(selector);

// h("a", {href, class: "…", on: {click}, dataset: {key}}, "text", node, [more], null): a property
// that is null, undefined or false is left out; `true` gives an empty attribute. `dataset.key`
// names an element across renderings (see replace).
export function h(tag, props, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(made, name, value);
  made.append(...nodes(children));
  // A select takes its value only once its options are there.
  if (tag === "select" && props?.value != null) made.value = props.value;
  return made;
}

function set(made, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
  } else if (name === "dataset") Object.assign(made.dataset, value);
  else if (AS_PROPERTIES.has(name)) made[name] = value;
  else if (name.startsWith("on") || name === "style" || name === "srcdoc") {
    throw new TypeError(`${name} is not set from here.`);
  } else if (name === "href" || name === "src" || name === "action") {
    if (isWebAddress(value)) made.setAttribute(name, value);
  } else made.setAttribute(name, value === true ? "" : String(value));
}

// Only http and https: an address that would run as script is no link.
export function isWebAddress(value) {
  try {
    return ["http:", "https:"].includes(new URL(value, document.baseURI).protocol);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

// Puts new children into `node`. Those that look the same stay (with selected text, scroll and
// their listeners: a listener may lean only on what its element shows), and the focus comes back
// to the element with the same id or data-key.
export function replace(node, ...children) {
  const focus = focused(node);
  const fresh = nodes(children);
  const old = [...node.childNodes];
  const byKey = new Map(old.map((child, at) => [keyOf(child, at), child]));
  const kept = fresh.map((child, at) => {
    const before = byKey.get(keyOf(child, at));
    return before && isSame(before, child) ? before : child;
  });
  if (kept.length === old.length && kept.every((child, at) => child === old[at])) return;
  const stay = new Set(kept);
  for (const child of old) if (!stay.has(child)) child.remove();
  kept.forEach((child, at) => {
    if (node.childNodes[at] !== child) node.insertBefore(child, node.childNodes[at] ?? null);
  });
  focusAgain(node, focus);
}

const keyOf = (child, at) => child.dataset?.key || child.id || at;

function isSame(before, after) {
  if (!before.isEqualNode(after)) return false;
  if (before.nodeType !== Node.ELEMENT_NODE) return true;
  const boxes = (within) => within.querySelectorAll("input[type=checkbox], input[type=radio]");
  const [were, are] = [boxes(before), boxes(after)];
  return [...were].every((box, at) => box.checked === are[at].checked);
}

// Runs, on a click on an element with data-act="name" within `node`, acts[name] with the element's
// data: so that what is clicked may be rendered anew at any time.
export function listen(node, acts) {
  node.addEventListener("click", ({ target }) => {
    const element = target.closest("[data-act]");
    if (element && node.contains(element)) acts[element.dataset.act]?.({ ...element.dataset });
  });
}

// What has the focus within `node`, so that it can be found again.
export function focused(node) {
  const active = document.activeElement;
  if (!active || active === node || !node.contains(active)) return null;
  const named = active.id ? `#${CSS.escape(active.id)}` : "";
  const keyed = active.dataset.key ? `[data-key="${CSS.escape(active.dataset.key)}"]` : "";
  return { active, selector: named || keyed };
}

export function focusAgain(node, focus) {
  if (!focus || document.activeElement === focus.active) return;
  const found = focus.active.isConnected ? focus.active : focus.selector && $(focus.selector, node);
  (found || landing(node))?.focus({ preventScroll: true });
}

// Switches a button on or off; one that is switched off under somebody's focus gives it on.
export function enable(button, isEnabled) {
  const hadFocus = document.activeElement === button;
  button.disabled = !isEnabled;
  if (hadFocus && !isEnabled) landing(button)?.focus({ preventScroll: true });
}

// Hides a part or shows it; one that is hidden with somebody's focus in it gives it on.
export function conceal(node, isHidden) {
  const hadFocus = node.contains(document.activeElement);
  node.hidden = isHidden;
  if (hadFocus && isHidden) landing(node.parentElement)?.focus({ preventScroll: true });
}

// Where the focus goes when its element is gone: the part of the page that held it.
export function landing(node) {
  const place = node.closest("[data-landing]");
  if (place) place.tabIndex = -1;
  return place;
}
