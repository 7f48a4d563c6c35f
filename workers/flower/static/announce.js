// Tells screen readers what changed on the page without a message on the screen.

import { $ } from "./dom.js";

export function announce(words) {
  const region = $("#announcements");
  if (region.textContent !== words) region.textContent = words;
}
