// The session of a page whose tokens are in the cookies of jotwell-http. Types are in session.d.ts.
//
// Scripts cannot read the tokens. They can read the anti-forgery token, which every response with tokens replaces, and
// repeat it in a header; other sites cannot. If it has changed, another tab has refreshed.

const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
const ATTEMPTS = 3;
const PAUSE = 300; // milliseconds; all attempts end within the grace period of a refresh token, 10 seconds

export class Session extends EventTarget {
  #refresh;
  #cookie;
  #lock;
  #renewing = null;

  constructor({ refresh = "/page/refresh", cookie = "__Host-csrf", lock = "jotwell-session" } = {}) {
    super();
    this.#refresh = refresh;
    this.#cookie = cookie;
    this.#lock = lock;
  }

  /** Whether the browser has the cookies of a session, which may have ended. */
  get isOpen() {
    return this.#csrf() !== "";
  }

  /** Sends a request like the global `fetch`. After a 401 it renews the access token and retries once. */
  async fetch(input, init) {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== location.origin) return fetch(request);
    const seen = this.#csrf();
    const again = request.clone();
    const answer = await fetch(this.#signed(request));
    if (answer.status !== 401 || seen === "") return answer;
    if (/insufficient_user_authentication/.test(answer.headers.get("WWW-Authenticate") ?? "")) return answer;
    return (await this.#renew(seen)) ? fetch(this.#signed(again)) : answer;
  }

  /** An identifier of the browser's current tokens. Every renewal changes it. */
  get generation() {
    return this.#csrf();
  }

  /** Renews the access token, unless a tab has renewed it since `generation`. Resolves to whether there is a newer one. */
  renew(generation = this.generation) {
    return this.#renew(generation);
  }

  /** One renewal at a time in this tab, and by a Web Lock in all tabs. */
  #renew(seen) {
    this.#renewing ??= this.#alone(() => this.#exchange(seen)).finally(() => { this.#renewing = null; });
    return this.#renewing;
  }

  #alone(work) {
    return globalThis.navigator?.locks ? navigator.locks.request(this.#lock, work) : work();
  }

  async #exchange(seen) {
    // Another tab has refreshed or logged in.
    if (this.#csrf() !== seen && this.isOpen) return true;
    if (!this.isOpen) return this.#ended();
    const address = new URL(this.#refresh, location.href);
    for (let attempt = 1; ; attempt += 1) {
      // The cookie is the same in each attempt, until a response arrives.
      const answer = await fetch(this.#signed(new Request(address, { method: "POST" }))).catch(() => null);
      if (answer?.ok) return true;
      if (answer?.status === 400) return this.#ended();
      const isLost = answer === null || answer.status >= 500;
      if (!isLost || attempt === ATTEMPTS) return false;
      await new Promise((resolve) => { setTimeout(resolve, PAUSE * attempt); });
    }
  }

  #ended() {
    this.dispatchEvent(new Event("ended"));
    return false;
  }

  #signed(request) {
    if (!SAFE.has(request.method)) request.headers.set("X-CSRF-Token", this.#csrf());
    return request;
  }

  #csrf() {
    const pairs = document.cookie.split("; ").map((pair) => pair.split("="));
    return pairs.find(([name]) => name === this.#cookie)?.[1] ?? "";
  }
}
