// The history of who changed what: pages of the audit trail, the newest first.

import { ApiError, get, page } from "./api.js";
import { announce } from "./announce.js";
import { h, replace } from "./dom.js";
import { empty } from "./parts.js";
import { stamp } from "./time.js";

const LIMIT = 10;

// Fills `host`. `kinds`: the actions to tell of, none for all. Gives {reload}, which shows what is
// new, unless somebody has gone on to older pages; `reload(true)` shows it anyway.
export function history(host, kinds = []) {
  const list = h("ol", { class: "cw-list cw-history", "aria-label": "Changes, the newest first" });
  const older = h("button", { type: "button", class: "btn btn-outline-secondary btn-sm" }, "Older");
  const foot = h("div", { class: "cw-card-foot", hidden: true }, older);
  const state = h("div", { role: "status" });
  let [trail, shown, pages, isReading] = [null, [], 0, false];
  host.append(list, state, foot);
  // Not disabled meanwhile: that would take the focus away.
  older.addEventListener("click", () => isReading || turn(trail, false));

  async function turn(from, isFirst) {
    isReading = true;
    try {
      const found = await from.read();
      trail = from;
      shown = isFirst ? found : [...shown, ...found];
      pages = isFirst ? 1 : pages + 1;
      render(found, isFirst);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      replace(
        state,
        h("p", { class: "cw-note" }, `The history is not up to date: ${error.message}`),
      );
    }
    isReading = false;
  }

  function render(found, isFirst) {
    replace(list, shown.map(line));
    replace(state, shown.length ? null : empty("Nobody has changed anything yet."));
    foot.hidden = trail.isOver();
    if (isFirst) return;
    announce(`${found.length} older changes are shown.`);
    if (foot.hidden) list.lastElementChild.focus();
  }

  return {
    async reload(always = false) {
      if (always || pages < 2) await turn(reader(kinds), true);
    },
  };
}

// Reads several kinds as one list: of each what is not shown yet is kept.
function reader(kinds) {
  const sources = (kinds.length ? kinds : [""]).map((what) => ({ what, after: "", kept: [] }));
  const isDone = (source) => source.after === null && !source.kept.length;

  // A page of a rare kind may be empty, and not the last.
  async function fill(source) {
    while (!source.kept.length && source.after !== null) {
      const { what, after } = source;
      const { entries, next } = await get("/audit", { what, after, limit: LIMIT });
      Object.assign(source, { kept: entries, after: next });
    }
  }

  async function read() {
    const found = [];
    while (found.length < LIMIT) {
      await Promise.all(sources.map(fill));
      const left = sources.filter((source) => source.kept.length);
      if (!left.length) break;
      left.sort((one, other) => other.kept[0].at - one.kept[0].at);
      found.push(left[0].kept.shift());
    }
    return found;
  }
  return { read, isOver: () => sources.every(isDone) };
}

function line(entry) {
  const { id, at, who, what, account, why, before, after } = entry;
  const on = account && [" · ", h("a", { href: page(`/accounts/${account}`) }, account)];
  return h(
    "li",
    { dataset: { key: id }, tabindex: "-1" },
    h("span", { class: "cw-history-head" }, stamp(at), " · ", h("b", {}, who), ": ", what, on),
    why && h("span", { class: "cw-words cw-history-why" }, `“${why}”`),
    (before || after) && change(before, after),
  );
}

function change(before, after) {
  const became = before && after && [" ", h("span", { class: "visually-hidden" }, "became"), "→ "];
  const words = [before && h("del", {}, before), became, after && h("ins", {}, after)];
  return h("span", { class: "cw-second cw-words cw-history-change" }, words);
}
