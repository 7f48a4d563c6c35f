// Asks until the server takes it: while it works the dialog stays, and a refusal is shown in it,
// with all that was typed.

import { ApiError, isUnsure } from "./api.js";
import { ask } from "./dialog.js";

const isConflict = ({ status }) => status === 409;

// `question` as for ask(); `call` gets the values. Gives what `call` gave, or null if nobody wanted
// it any more. Thrown is what the same question cannot mend: a conflict (what was asked about is
// another thing by now; `isElse` may tell otherwise), and when nobody knows whether it was done.
export async function asking(question, call, isElse = isConflict) {
  let end = null;
  const submit = async (given) => {
    try {
      end = { answer: await call(given) };
    } catch (error) {
      if (error instanceof ApiError && !isElse(error) && !isUnsure(error)) return error.message;
      end = { error };
    }
    return null;
  };
  await ask({ ...question, submit });
  if (end?.error) throw end.error;
  return end ? end.answer : null;
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
