// The way back from published criteria to those of the flow file: a draft of them.

import { put } from "./api.js";
import { asking } from "./asking.js";
import { $, conceal, foreign, h } from "./dom.js";

// `host` holds the button. `drafted(draft)` is called once the draft is saved, `failed(error)` when
// the server refused it. Gives {show(found, can_act, isDirty)}.
export function wayBack(host, drafted, failed) {
  let [found, isDirty] = [null, false];
  $("button", host).addEventListener("click", go);

  async function go() {
    const { flow_file, draft } = found;
    const question = {
      title: "Go back to the flow file?",
      words: [
        h("p", { class: "cw-words" }, h("b", {}, foreign(told(flow_file)))),
        "This becomes a draft, which changes nothing until it is published.",
        draft && h("p", {}, "It replaces the draft that ", foreign(draft.by), " saved."),
        isDirty && "What is in the form, and not saved, is lost.",
      ],
      confirm: "Make it the draft",
    };
    try {
      const saved = await asking(question, () => put("/criteria/draft", flow_file));
      if (saved) await drafted(saved);
    } catch (error) {
      await failed(error);
    }
  }

  return {
    show(now, canAct, dirty) {
      [found, isDirty] = [now, dirty];
      conceal(host, !canAct || now.source !== "published");
    },
  };
}

function told({ match, criteria }) {
  const each = criteria.map(
    ({ field, operator, values }) => `${field} ${operator} ${values.join(", ")}`,
  );
  return each.join(match === "all" ? " and " : " or ");
}
