// The draft: what it says and would change; publishing it, and dropping it.

import { ApiError, del, post } from "./api.js";
import { asking, why } from "./asking.js";
import { preview, told } from "./criteria_preview.js";
import { ask, toast } from "./dialog.js";
import { $, foreign, h } from "./dom.js";
import { patch } from "./patch.js";
import { age } from "./time.js";

// `host` is the draft's part of the page. `changed(words)` is called when it was published or
// dropped, or turned out to be another: then with words for it. Gives {show(draft, can_act,
// obstacle)}; `obstacle`: why it cannot be published before something is done, or "".
export function draftPart(host, changed) {
  const publish = $("#publish", host);
  const drop = $("#drop", host);
  const looked = preview($("#draft-preview", host), () => allow());
  let [draft, canAct, obstacle] = [null, false, ""];
  publish.addEventListener("click", () => publishIt(draft, looked.of(), changed));
  drop.addEventListener("click", () => dropIt(draft, changed));

  function allow() {
    $("#draft-actions", host).hidden = !canAct;
    const isKnown = Boolean(looked.of());
    publish.disabled = Boolean(obstacle) || !isKnown;
    const words = isKnown
      ? "Takes effect at once, in every process."
      : "Possible once it is known what the draft would change.";
    $("#publish-help", host).textContent = obstacle || words;
  }

  function show(now, mayAct, before) {
    const isAnother = now?.version !== draft?.version;
    [draft, canAct, obstacle] = [now, mayAct, before];
    host.hidden = !now;
    if (now) {
      const by = ["Saved by ", foreign(now.by), " ", age(now.at), `, version ${now.version}.`];
      patch($("#draft-words", host), foreign(now.words));
      patch($("#draft-by", host), by);
    }
    if (isAnother && now) looked.look(now.version);
    else if (!now) looked.clear();
    allow();
  }
  return { show };
}

async function publishIt(draft, found, changed) {
  const question = {
    title: "Publish these criteria?",
    words: [
      h("p", { class: "cw-words" }, h("b", {}, foreign(draft.words))),
      told(found),
      "They take effect at once. Accounts that newly qualify are opened and become Customers.",
    ],
    fields: [
      {
        name: "sure",
        type: "checkbox",
        required: true,
        label: "Yes, by these criteria from now on",
      },
      why(true, "Kept in the history."),
    ],
    confirm: "Publish",
    danger: true,
  };
  const call = (given) => post("/criteria/publish", { version: draft.version, why: given.why });
  try {
    if (!(await asking(question, call))) return;
    toast("The criteria are published.");
    await changed("");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await changed(`Nothing was published. ${error.message}`);
  }
}

async function dropIt(draft, changed) {
  const sure = await ask({
    title: "Drop the draft?",
    words: [h("p", { class: "cw-words" }, foreign(draft.words)), "What holds now stays as it is."],
    confirm: "Drop the draft",
    danger: true,
  });
  if (!sure) return;
  try {
    await del("/criteria/draft", { version: draft.version });
    toast("The draft is dropped.");
    await changed("");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await changed(`Nothing was dropped. ${error.message}`);
  }
}
