// What each cause of a dead letter means and what to do, in a sentence; docs/operations.md has all.

const ADVICE = {
  AmbiguousMatch: "Several Customers may be meant: an admin compares them and chooses one.",
  RecordRejected:
    "A value is refused: correct the Account, which opens it again; or change the rule and requeue.",
  ReferenceRejected:
    "A field names a record that NetSuite does not have: correct the Account or the rule, requeue.",
  EntityExists: "Another entity has the name or external id: rename one of the two, then requeue.",
  RecordNotFound: "The linked Customer is gone or hidden: restore it or link another, then requeue.",
  InvalidHierarchy: "The parents form a circle: correct ParentId in Salesforce.",
  NeededButGone:
    "Others wait for this Account, and it cannot be seen: give them another parent, then requeue.",
  ParentDiscarded: "Its parent was given up: give it another parent, or requeue.",
  PermanentError: "A permission or setting is missing: mend what the words say, then requeue all.",
  NoAnswer: "NetSuite did not answer for this record: look for a slow script there, then requeue.",
  ServiceUnavailable: "The service failed on this record alone: read its words, then requeue.",
  ServiceFailed:
    "NetSuite failed four times: ask its support, with the Error ID, or mend a script; then requeue.",
  RecordLocked: "Somebody else was always saving it: look for a job that holds it, then requeue.",
  WorkerLost: "Its worker was lost four times: read the worker's log (often memory), then requeue.",
};
const BUG = "A fault in the program: the worker's log has the traceback. Requeue once it is mended.";

// What those who may act are told instead: on the list, and beside the Customers.
const TO_ADMINS = {
  AmbiguousMatch: {
    list: "Several Customers may be meant: compare them on the account's page, and choose one.",
    account: "Several Customers may be meant: compare them below, and choose one.",
  },
};

// `place`: list or account.
export const adviceFor = (cause, canAct, place) =>
  (canAct && TO_ADMINS[cause]?.[place]) || (ADVICE[cause] ?? BUG);

export const STAGES = ["ingest", "qualification", "hierarchy", "upsert"];
