// js/session.js in Node, with a server in memory: cases that a browser would show only by chance.
//
//   node --test crates/jotwell-http/tests/page/session_test.mjs

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { Session } from "../../js/session.js";

let server;

/** One lock for all tabs, as in a browser. */
function locks() {
  let last = Promise.resolve();
  return { request: (_, work) => (last = last.catch(() => {}).then(work)) };
}

beforeEach(() => {
  server = { csrf: "1", isFresh: false, isOver: false, refreshes: 0, lost: 0, requests: [] };
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true });
  define("location", new URL("https://api.example/page"));
  define("navigator", { locks: locks() });
  define("document", { get cookie() { return server.csrf ? `a=b; __Host-csrf=${server.csrf}` : "a=b"; } });
  define("fetch", async (request) => {
    const { pathname, origin } = new URL(request.url);
    const csrf = request.headers.get("X-CSRF-Token");
    const body = request.body ? await request.text() : "";
    server.requests.push({ pathname, origin, method: request.method, csrf, body });
    await new Promise((resolve) => { setTimeout(resolve, 1); });
    if (origin !== location.origin) return new Response("", { status: 401 });
    if (pathname !== "/page/refresh") {
      const headers = pathname === "/step-up" ? { "WWW-Authenticate": "Bearer error=\"insufficient_user_authentication\"" } : {};
      const rejects = !server.isFresh || pathname === "/rejects" || pathname === "/step-up";
      return new Response("", { status: rejects ? 401 : 200, headers });
    }
    server.refreshes += 1;
    assert.equal(csrf, server.csrf);
    if (server.isOver) {
      server.csrf = "";
      return new Response("", { status: 400 });
    }
    if (server.lost > 0) {
      server.lost -= 1;
      throw new TypeError("the response is lost");
    }
    server.isFresh = true;
    server.csrf = String(Number(server.csrf) + 1);
    return new Response(null, { status: 204 });
  });
});

const me = "https://api.example/me";

test("many requests in many tabs refresh once", async () => {
  const tabs = [new Session(), new Session(), new Session()];
  const answers = await Promise.all(Array.from({ length: 30 }, (_, at) => tabs[at % 3].fetch(me)));
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
  assert.equal(server.refreshes, 1);
});

test("tokens that another tab has renewed are not renewed again", async () => {
  const [one, two] = [new Session(), new Session()];
  const before = two.generation;
  assert.equal(await one.renew(), true);
  assert.equal(await two.renew(before), true);
  assert.equal(server.refreshes, 1);
  assert.notEqual(two.generation, before);
  assert.equal(await two.renew(two.generation), true);
  assert.equal(server.refreshes, 2);
});

test("a body is sent again, with the new anti-forgery token", async () => {
  const answer = await new Session().fetch(me, { method: "POST", body: "order" });
  assert.equal(answer.status, 200);
  const sent = server.requests.filter(({ pathname }) => pathname === "/me");
  assert.deepEqual(sent.map(({ csrf, body }) => [csrf, body]), [["1", "order"], ["2", "order"]]);
});

test("a request that is always rejected is sent twice", async () => {
  assert.equal((await new Session().fetch("https://api.example/rejects")).status, 401);
  assert.equal(server.requests.filter(({ pathname }) => pathname === "/rejects").length, 2);
  assert.equal(server.refreshes, 1);
});

test("a lost response is retried", async () => {
  server.lost = 2;
  assert.equal((await new Session().fetch(me)).status, 200);
  assert.equal(server.refreshes, 3);
});

test("an unavailable server does not end the session", async () => {
  server.lost = 3;
  const session = new Session();
  session.addEventListener("ended", () => assert.fail("it has not ended"));
  assert.equal((await session.fetch(me)).status, 401);
  assert.equal(server.refreshes, 3);
});

test("a rejected refresh ends the session, once", async () => {
  server.isOver = true;
  const session = new Session();
  let ended = 0;
  session.addEventListener("ended", () => { ended += 1; });
  assert.equal((await session.fetch(me)).status, 401);
  assert.equal((await session.fetch(me)).status, 401);
  assert.deepEqual([ended, server.refreshes, session.isOpen], [1, 1, false]);
});

test("step-up is passed on", async () => {
  assert.equal((await new Session().fetch("https://api.example/step-up")).status, 401);
  assert.equal(server.refreshes, 0);
});

test("another origin gets no anti-forgery token and causes no refresh", async () => {
  assert.equal((await new Session().fetch("https://other.example/", { method: "POST" })).status, 401);
  assert.deepEqual([server.requests[0].csrf, server.refreshes], [null, 0]);
});

test("only unsafe methods carry the anti-forgery token", async () => {
  server.isFresh = true;
  await new Session().fetch(me);
  await new Session().fetch(me, { method: "DELETE" });
  assert.deepEqual(server.requests.map(({ csrf }) => csrf), [null, "1"]);
});

test("the example of the README orders, after a refresh", async (context) => {
  const readme = readFileSync(new URL("../../js/README.md", import.meta.url), "utf8");
  const [, code] = readme.match(/```js\nimport \{ Session \} from "\/session\.js";\n([^`]*)```/);
  assert.ok(code.trim().split("\n").length < 15);
  const log = context.mock.method(console, "log", () => {});
  const AsyncFunction = (async () => {}).constructor;
  // A browser resolves addresses relative to the page, and Node has no base.
  class Page extends Session {
    fetch(input, init) {
      return super.fetch(new URL(input, location.href), init);
    }
  }
  await new AsyncFunction("Session", code)(Page);
  assert.deepEqual(log.mock.calls.map((call) => call.arguments), [["ordered"]]);
  assert.equal(server.refreshes, 1);
  const orders = server.requests.filter((request) => request.pathname === "/orders");
  assert.deepEqual(orders.map((request) => [request.csrf, request.body]), [["1", '{"pens":2}'], ["2", '{"pens":2}']]);
});
