/** The routes and cookies of a session. */
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
 * Dispatches the event `ended` when the server rejects a refresh: ask the user to log in again.
 */
export class Session extends EventTarget {
  constructor(options?: SessionOptions);
  /** Whether the browser has the cookies of a session, which may have ended. */
  readonly isOpen: boolean;
  /**
   * Sends a request like the global `fetch`, with the anti-forgery token if the method needs it. After a 401 it renews
   * the access token and retries once. Requests to another origin are sent unchanged.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** An identifier of the browser's current tokens. Every renewal, in any tab, changes it. Empty without a session. */
  readonly generation: string;
  /**
   * Renews the access token, once for all tabs. Resolves to whether there is a newer one.
   *
   * Pass the `generation` that you read before you checked the expiry of the access token, so that it is not renewed if
   * another tab has renewed it in the meantime. Defaults to the current one.
   */
  renew(generation?: string): Promise<boolean>;
}
