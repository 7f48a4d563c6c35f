// Asks until the server takes it: a refusal is shown in the dialog, with all that was typed.

import { ApiError } from "./api.js";
import { ask } from "./dialog.js";
import { h } from "./dom.js";

// `question` as for ask(); `call` gets the values. Gives what `call` gave, or null if nobody wanted
// it any more. A conflict (409) is thrown: what was asked about is another thing by now.
export async function asking(question, call) {
  const { fields = [], words } = question;
  let given = {};
  let refused = null;
  for (;;) {
    const filled = fields.map((field) => ({ ...field, value: given[field.name] ?? field.value }));
    given = await ask({ ...question, words: [refused, words].flat(), fields: filled });
    if (!given) return null;
    try {
      return await call(given);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 409) throw error;
      refused = h("p", { class: "alert alert-danger", role: "alert" }, error.message);
    }
  }
}

// The field in which whoever acts says why.
export const why = (required, help) => ({
  name: "why",
  label: "Reason",
  type: "textarea",
  maxlength: 500,
  required,
  help,
});
