// The history of who changed what: pages of the audit trail, the newest first.

import { ApiError, get, page } from "./api.js";
import { announce } from "./announce.js";
import { foreign, h, replace } from "./dom.js";
import { empty } from "./parts.js";
import { stamp } from "./time.js";

const LIMIT = 10;

// Fills `host`. `kinds`: the actions to tell of. Gives {reload}, which shows what is
// new, unless somebody has gone on to older pages; `reload(true)` shows it anyway.
export function history(host, kinds) {
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

// Goes from page to page.
function reader(kinds) {
  let after = "";
  async function read() {
    const found = await get("/audit", { what: kinds.join(","), after, limit: LIMIT });
    after = found.next;
    return found.entries;
  }
  return { read, isOver: () => after === null };
}

function line(entry) {
  const { id, at, who, what, account, why, before, after } = entry;
  const on = account && [" · ", h("a", { href: page(`/accounts/${account}`) }, account)];
  return h(
    "li",
    { dataset: { key: id }, tabindex: "-1" },
    h(
      "span",
      { class: "cw-history-head" },
      stamp(at),
      " · ",
      h("b", {}, foreign(who)),
      ": ",
      what,
      on,
    ),
    why && h("span", { class: "cw-words cw-history-why" }, "“", foreign(why), "”"),
    (before || after) && change(before, after),
  );
}

function change(before, after) {
  const became = before && after && [" ", h("span", { class: "visually-hidden" }, "became"), "→ "];
  const words = [
    before && h("del", {}, foreign(before)),
    became,
    after && h("ins", {}, foreign(after)),
  ];
  return h("span", { class: "cw-second cw-words cw-history-change" }, words);
}
