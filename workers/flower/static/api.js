// Calls to our HTTP API. Answers are JSON; whatever goes wrong is an ApiError with a sentence.

const TIMEOUT = 65_000; // ms: a little more than the API gives what takes longest
const POLLED = 10_000; // ms: what is asked again soon need not be waited for

export class ApiError extends Error {
  // `status` is 0 when there was no answer; `error` names the kind, as in the API's description.
  constructor(status, error, message) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.error = error;
  }
}

export const get = (path, query = {}) => call("GET", path, query);
// What a page asks again and again.
export const polled = (path, query = {}) => call("GET", path, query, undefined, POLLED);
export const post = (path, body = {}) => call("POST", path, {}, body);
export const put = (path, body = {}) => call("PUT", path, {}, body);
export const del = (path, body = {}) => call("DELETE", path, {}, body);

// Whether it may have been done nonetheless: no answer came, or none in time.
export const isUnsure = ({ status, error }) => status === 0 || error === "TookTooLong";

const base = () => document.querySelector('meta[name="closedwon-api"]').content;

// The address of one of our pages or of Flower's: both live beside the API.
export const page = (path) => base().replace(/\/api\/closedwon$/, "") + path;

async function call(method, path, query, body, timeout = TIMEOUT) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value != null);
  const asked = new URLSearchParams(given).toString();
  const request = { method, headers: { Accept: "application/json" }, credentials: "same-origin" };
  request.signal = AbortSignal.timeout(timeout);
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers["Content-Type"] = "application/json";
    request.headers["X-Xsrftoken"] = cookie("_xsrf");
  }
  let answer;
  try {
    answer = await fetch(base() + path + (asked && `?${asked}`), request);
  } catch (error) {
    throw unanswered(error, timeout);
  }
  return read(answer, timeout);
}

async function read(answer, timeout) {
  let given = null;
  try {
    given = await answer.json();
  } catch (error) {
    if (error.name === "TimeoutError") throw unanswered(error, timeout);
    if (answer.ok) throw new ApiError(answer.status, "NotJson", "The server sent no JSON.");
  }
  if (answer.ok) return given;
  const words = given?.message ?? `The server answered ${answer.status}.`;
  throw answer.status === 401
    ? new ApiError(401, "NotLoggedIn", "You are logged in no longer: load the page again.")
    : new ApiError(answer.status, given?.error ?? "Refused", words);
}

function unanswered(error, timeout) {
  const words = `The server took longer than ${timeout / 1000} seconds to answer.`;
  return error.name === "TimeoutError"
    ? new ApiError(0, "TimedOut", words)
    : new ApiError(0, "Unreachable", "The server does not answer. Does Flower still run?");
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
