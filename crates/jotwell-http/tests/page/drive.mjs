// Drives the page of the example `api` in a headless Chromium, as a user would.
//
//   node drive.mjs ADDRESS FOLDER    screenshots go into FOLDER
import assert from "node:assert/strict";
import path from "node:path";
import puppeteer from "puppeteer-core";

const [address, folder] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Containers do not allow namespaces for a sandbox; the page is trusted.
  args: ["--no-sandbox", "--ignore-certificate-errors"],
});
try {
  await drive();
} finally {
  await browser.close();
}

async function drive() {
  const page = await browser.newPage();
  await page.setViewport({ width: 800, height: 600 });
  const broken = [];
  page.on("pageerror", (error) => broken.push(String(error)));
  page.on("console", (message) => {
    // Chromium reports each response of 4xx; those are expected below. Anything else, such as a violation of the
    // content security policy, is not.
    if (message.type() === "error" && !message.text().includes("the server responded with a status of")) {
      broken.push(message.text());
    }
  });
  // Exactly one of the two is visible.
  const visible = async (id) => {
    await page.waitForSelector(`#${id}`, { visible: true, timeout: 20_000 });
    await page.waitForSelector(id === "login" ? "#session" : "#login", { hidden: true, timeout: 20_000 });
  };
  const text = (id) => page.$eval(`#${id}`, (element) => element.textContent);
  const cookies = async () => Object.fromEntries((await page.cookies()).map((cookie) => [cookie.name, cookie]));
  const post = (target, headers) => page.evaluate(
    async (target, headers) => (await fetch(target, { method: "POST", headers })).status, target, headers);

  await page.goto(address);
  await visible("login");
  await page.screenshot({ path: path.join(folder, "signed-out.png") });

  await page.type("[name=name]", "user");
  await page.type("[name=password]", "wrong");
  await page.click("#login button");
  await page.waitForFunction(() => document.querySelector("#message").textContent.includes("Wrong"));
  assert.deepEqual(await cookies(), {});

  await page.$eval("[name=password]", (input) => { input.value = ""; });
  await page.type("[name=password]", process.env.USER_PASSWORD);
  await page.click("#login button");
  await visible("session");
  assert.equal(await text("name"), "user");
  assert.match(await text("remaining"), /^\d+:\d\d$/);

  const set = await cookies();
  assert.deepEqual(Object.keys(set).sort(), ["__Host-access", "__Host-csrf", "__Host-refresh"]);
  for (const [name, cookie] of Object.entries(set)) {
    assert.equal(cookie.secure, true, name);
    assert.equal(cookie.sameSite, "Strict", name);
    assert.equal(cookie.path, "/", name);
    assert.equal(cookie.httpOnly, name !== "__Host-csrf", name);
  }
  // The page's scripts see the anti-forgery token, and neither of the others.
  const readable = await page.evaluate(() => document.cookie);
  assert.match(readable, /^__Host-csrf=[\w-]{43}$/);

  await page.click("#show");
  await page.waitForSelector("#orders li");
  await page.screenshot({ path: path.join(folder, "signed-in.png") });

  // A request that another site could cause has the cookies, and no anti-forgery token.
  for (const path of ["/page/logout", "/page/logout-everywhere"]) assert.equal(await post(path, {}), 403);
  // Bearer routes ignore cookies.
  assert.equal(await post("/logout", {}), 401);
  assert.equal(await post("/page/refresh", {}), 403);
  assert.equal(await post("/page/refresh", { "X-CSRF-Token": "guessed" }), 403);
  assert.equal((await cookies())["__Host-refresh"].value, set["__Host-refresh"].value);

  await page.click("#refresh");
  await page.waitForFunction((old) => !document.cookie.includes(old), {}, set["__Host-csrf"].value);
  const renewed = await cookies();
  for (const name of Object.keys(set)) assert.notEqual(renewed[name].value, set[name].value, name);
  await visible("session");

  // The session is restored after a reload, and also after the access token has expired.
  await page.reload();
  await visible("session");
  await page.deleteCookie({ name: "__Host-access", url: address });
  await page.reload();
  await visible("session");
  assert.notEqual((await cookies())["__Host-access"].value, renewed["__Host-access"].value);

  // It renews automatically before the access token expires.
  const before = (await cookies())["__Host-access"].value;
  const proof = (await cookies())["__Host-csrf"].value;
  // By the clock of the page it is about to expire.
  await page.evaluate(() => { window.now = Date.now; Date.now = () => window.now() + 880_000; });
  await page.waitForFunction((old) => !document.cookie.includes(old), { timeout: 20_000 }, proof);
  await page.evaluate(() => { Date.now = window.now; });
  assert.notEqual((await cookies())["__Host-access"].value, before);

  const stolen = (await cookies())["__Host-access"].value;
  await page.click("#logout");
  await visible("login");
  assert.deepEqual(await cookies(), {});
  const answer = await fetch(`${address}/me`, { headers: { authorization: `Bearer ${stolen}` } });
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("www-authenticate"), /the token has been revoked/);
  assert.deepEqual(broken, []);
  console.log("the page works as expected");
}
