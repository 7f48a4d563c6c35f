// What part of the letters is shown. It lives in the address, so that it can be shared and the
// browser's back button works.

const FILTERS = ["account", "name", "text", "cause", "stage", "assigned", "state"];

// {account, name, text, cause, stage, assigned, state, after}: as GET /letters takes them, or with a
// name GET /letters/named.
export function asked() {
  const given = new URLSearchParams(location.search);
  return Object.fromEntries([...FILTERS, "after"].map((name) => [name, given.get(name) ?? ""]));
}

// Shows the first page of what the filters ask for.
export const filter = (filters) => go({ ...filters, after: "" }, []);

export const isFiltered = () => FILTERS.some((name) => asked()[name]);

// The cursors of the pages before this one; a shared address knows none.
const trail = () => history.state?.trail ?? [];

export const isFirst = () => asked().after === "";

export const older = (next) => go({ ...asked(), after: next }, [...trail(), asked().after]);

export function newer() {
  go({ ...asked(), after: trail().at(-1) ?? "" }, trail().slice(0, -1));
}

export const newest = () => go({ ...asked(), after: "" }, []);

function go(view, before) {
  const given = Object.entries(view).filter(([, value]) => value);
  const query = new URLSearchParams(given).toString();
  history.pushState({ trail: before }, "", query ? `?${query}` : location.pathname);
  dispatchEvent(new PopStateEvent("popstate"));
}

// Calls `fn` whenever another part is to be shown.
export const onMove = (fn) => addEventListener("popstate", fn);
