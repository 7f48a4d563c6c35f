// Runs an action.

import { ApiError, isUnsure } from "./api.js";
import { changed } from "./changed.js";
import { toast } from "./dialog.js";

// `deed` gives whether anything was done, as this does. What refuses it is told; where nobody knows
// whether it was done, the page is to look.
export async function attempt(deed) {
  let isDone = false;
  try {
    isDone = await deed();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toast(error.message, "danger");
    isDone = isUnsure(error);
  }
  if (isDone) changed();
  return isDone;
}
