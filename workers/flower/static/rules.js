// What the flow file decides, in words.

const LATE_PARENTS = {
  skip: "skip: it is not synced, the Account's other fields are",
  sync: "sync: it becomes a Customer, too",
  report: "report: like skip, and said in the log and in the Account's story",
};
const WAYS = {
  link: "link: the Customer that this sync wrote before",
  external_id: "external_id: the Customer that bears the Account's id",
  name: "name: the Customer whose company name equals the Account's",
};

export const lateParents = (policy) => LATE_PARENTS[policy] ?? policy;
export const wayOf = (way) => WAYS[way] ?? way;
