// Repeats a call while somebody looks.

import { ApiError } from "./api.js";

// Runs `fn` (async) now, then `seconds` after each end, but not while the tab is hidden. `told`
// hears of each end: {at: epoch seconds, error: null or the ApiError, seconds}. An error of another
// kind is a bug: it ends the polling. Gives {now: run it at once (after the one that runs), stop}.
export function every(seconds, fn, told = () => {}) {
  let timer = null;
  let running = null;
  let stopped = false;

  async function once() {
    let error = null;
    try {
      await fn();
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      error = caught;
    }
    if (!stopped) told({ at: Date.now() / 1000, error, seconds });
  }

  async function turn() {
    clearTimeout(timer);
    await once();
    if (!stopped && !document.hidden) timer = setTimeout(() => begin(), seconds * 1000);
  }

  function begin() {
    running ??= turn().finally(() => (running = null));
    return running;
  }

  async function now() {
    if (running) await running;
    await begin();
  }

  const seen = () => (document.hidden ? clearTimeout(timer) : begin());
  document.addEventListener("visibilitychange", seen);
  begin();
  return {
    now,
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    },
  };
}
