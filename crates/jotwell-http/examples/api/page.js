import { Session } from "/session.js";

// The tokens are in cookies that scripts cannot read. This script renews them, in one tab at a time.
const cookies = new Session();
const post = (path, body) => cookies.fetch(path, {
  method: "POST",
  headers: body && { "Content-Type": "application/json" },
  body: body && JSON.stringify(body),
});

const $ = (id) => document.getElementById(id);
const RENEW_AHEAD = 60; // seconds
let session = null; // the response of /me, and the lifetime of the token at that time
let generation = ""; // of the tokens with which /me was requested
let notBefore = 0; // the earliest time of the next renewal after a failure

function show(message = "") {
  $("message").textContent = message;
  $("login").hidden = session !== null;
  $("session").hidden = session === null;
  if (session) {
    $("name").textContent = session.name;
    $("roles").textContent = session.roles.join(", ");
  } else {
    $("orders").replaceChildren();
  }
}

async function load() {
  const before = cookies.generation;
  const answer = await cookies.fetch("/me");
  if (answer.ok) {
    generation = before;
    session = await answer.json();
    session.life = session.expires_at - Date.now() / 1000;
  } else {
    session = null;
  }
  return answer.ok;
}

async function renew(since) {
  const renewed = await cookies.renew(since);
  if (renewed) await load();
  else notBefore = Date.now() + 5_000;
  show(renewed ? "" : session ? "The session could not be renewed; trying again." : "The session has ended.");
  return renewed;
}

cookies.addEventListener("ended", () => {
  session = null;
  show("The session has ended.");
});

function tick() {
  if (!session) return;
  const seconds = Math.max(0, Math.floor(session.expires_at - Date.now() / 1000));
  $("remaining").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  $("life").value = seconds / session.life;
  if (seconds < Math.min(RENEW_AHEAD, session.life / 4) && Date.now() >= notBefore) renew(generation);
}

$("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post("/page/login", Object.fromEntries(new FormData(event.target)));
  if (answer.ok) {
    event.target.reset();
    await load();
    show();
    tick();
  } else {
    show(answer.status === 400 ? "Wrong name or password." : `Signing in failed (${answer.status}).`);
  }
});

$("show").addEventListener("click", async () => {
  const answer = await cookies.fetch("/orders");
  if (!answer.ok) return show(`The orders could not be read (${answer.status}).`);
  const items = (await answer.json()).map((order) => Object.assign(document.createElement("li"), { textContent: order }));
  $("orders").replaceChildren(...items);
});

$("refresh").addEventListener("click", () => renew().then(tick));

for (const [id, path] of [["logout", "/page/logout"], ["everywhere", "/page/logout-everywhere"]]) {
  $(id).addEventListener("click", async () => {
    const answer = await post(path);
    if (answer.ok || answer.status === 400) session = null;
    show(answer.ok ? "" : `Signing out failed (${answer.status}).`);
  });
}

// The user may return after the access token has expired, while the session is alive.
(async () => {
  await load();
  show();
  tick();
  setInterval(tick, 1000);
})();
