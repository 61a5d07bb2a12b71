"use strict";

// The tokens are in cookies that this script cannot read. It can read the anti-forgery token, and repeats it in
// a header: no other site can do that.
const csrf = () => document.cookie.match(/(?:^|; )__Host-csrf=([^;]+)/)?.[1] ?? "";
const post = (path, body) => fetch(path, {
  method: "POST",
  headers: { "X-CSRF-Token": csrf(), ...(body && { "Content-Type": "application/json" }) },
  body: body && JSON.stringify(body),
});

const $ = (id) => document.getElementById(id);
const RENEW_AHEAD = 60; // seconds
let session = null; // what /me says, and how long the token lived when it said so
let renewing = null; // one renewal at a time
let notBefore = 0; // when the next may begin, should one have failed

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
  const answer = await fetch("/me");
  if (answer.ok) {
    session = await answer.json();
    session.life = session.expires_at - Date.now() / 1000;
  } else {
    session = null;
  }
  return answer.ok;
}

async function renew() {
  renewing ??= (async () => {
    const answer = await post("/page/refresh");
    if (answer.ok) await load();
    else if (answer.status === 400) session = null;
    else notBefore = Date.now() + 5_000;
    return answer.ok;
  })().finally(() => { renewing = null; });
  const renewed = await renewing;
  show(renewed ? "" : session ? "The session could not be renewed; trying again." : "The session has ended.");
  return renewed;
}

function tick() {
  if (!session) return;
  const seconds = Math.max(0, Math.floor(session.expires_at - Date.now() / 1000));
  $("remaining").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  $("life").value = seconds / session.life;
  if (seconds < Math.min(RENEW_AHEAD, session.life / 4) && Date.now() >= notBefore) renew();
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
  const answer = await fetch("/orders");
  if (!answer.ok) return show(`The orders could not be read (${answer.status}).`);
  const items = (await answer.json()).map((order) => Object.assign(document.createElement("li"), { textContent: order }));
  $("orders").replaceChildren(...items);
});

$("refresh").addEventListener("click", () => renew().then(tick));

for (const [id, path] of [["logout", "/page/logout"], ["everywhere", "/logout-everywhere"]]) {
  $(id).addEventListener("click", async () => {
    const answer = await post(path);
    if (answer.ok && id === "everywhere") await post("/page/logout");
    if (answer.ok || answer.status === 400) session = null;
    show(answer.ok ? "" : `Signing out failed (${answer.status}).`);
  });
}

// Somebody may come back after the access token has expired, while the session lives.
(async () => {
  if (!(await load()) && csrf()) await renew();
  show();
  tick();
  setInterval(tick, 1000);
})();
