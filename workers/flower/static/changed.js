// Tells the navigation of what was done on this page.

// `known`: what the page knows by now, as GET /summary has it, or a part of that; without it the
// navigation asks.
export function changed(known = null) {
  document.dispatchEvent(new CustomEvent("cw-changed", { detail: known }));
}
