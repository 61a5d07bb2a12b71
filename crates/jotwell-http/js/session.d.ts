/** Where the routes and cookies of a session are. */
export interface SessionOptions {
  /** The route that refreshes the cookies. Defaults to `/page/refresh`. */
  refresh?: string;
  /** The name of the cookie with the anti-forgery token. Defaults to `__Host-csrf`. */
  cookie?: string;
  /** The name of the Web Lock that tabs share. Defaults to `jotwell-session`. */
  lock?: string;
}

/**
 * The session of a page whose tokens are in the cookies of jotwell-http.
 *
 * It dispatches the event `ended` when the server refuses to refresh it: ask the user to log in again.
 */
export class Session extends EventTarget {
  constructor(options?: SessionOptions);
  /** Whether the browser has the cookies of a session, which may have ended. */
  readonly isOpen: boolean;
  /**
   * As the global `fetch`, with the anti-forgery token where the method needs it. After a 401 it renews the access token,
   * and sends the request again, once. Requests for another origin pass unchanged.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** A mark of the tokens that the browser has. Every renewal, in any tab, changes it. Empty without a session. */
  readonly generation: string;
  /**
   * Renews the access token, once for all tabs. Resolves to whether there is a newer one.
   *
   * Give the `generation` that you read before you asked when the access token expires, and nothing is renewed that
   * another tab has renewed meanwhile. Defaults to the present one.
   */
  renew(generation?: string): Promise<boolean>;
}
