// Two tabs of one browser share a session whose access tokens live for two seconds, for a minute.
//
//   node two_tabs.mjs ADDRESS FOLDER LOG    a screenshot goes into FOLDER; LOG is the log of the server
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import puppeteer from "puppeteer-core";

const MINUTE = 60_000;
const [address, folder, log] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // The background tab must not be throttled, or it would renew nothing.
  args: [
    "--no-sandbox",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
  ],
});
try {
  await drive();
} finally {
  await browser.close();
}

async function open(refreshes) {
  const page = await browser.newPage();
  await page.setViewport({ width: 800, height: 600 });
  page.on("response", (response) => {
    if (response.request().method() === "POST" && response.url().endsWith("/page/refresh")) {
      refreshes.push(response.status());
    }
  });
  await page.goto(address);
  return page;
}

// Requests a protected resource four times a second, and records unexpected responses.
function work(page, time) {
  return page.evaluate(async (time) => {
    const { Session } = await import("/session.js");
    const session = new Session();
    const seen = { answers: 0, refused: [], ended: 0 };
    session.addEventListener("ended", () => { seen.ended += 1; });
    for (const end = Date.now() + time; Date.now() < end;) {
      const answer = await session.fetch("/me");
      if (answer.ok) seen.answers += 1;
      else seen.refused.push(answer.status);
      await new Promise((resolve) => { setTimeout(resolve, 250); });
    }
    return seen;
  }, time);
}

async function drive() {
  const refreshes = [];
  const first = await open(refreshes);
  await first.waitForSelector("#login", { visible: true });
  await first.type("[name=name]", "user");
  await first.type("[name=password]", process.env.USER_PASSWORD);
  await first.click("#login button");
  await first.waitForSelector("#session", { visible: true });
  const second = await open(refreshes);
  await second.waitForSelector("#session", { visible: true });

  const seen = await Promise.all([work(first, MINUTE), work(second, MINUTE)]);
  for (const tab of seen) {
    assert.deepEqual(tab.refused, []);
    assert.equal(tab.ended, 0);
    assert.ok(tab.answers > 100, `${tab.answers} answers`);
  }
  for (const [name, page] of [["first", first], ["second", second]]) {
    await page.bringToFront();
    assert.equal(await page.$eval("#session", (element) => element.hidden), false);
    await page.screenshot({ path: path.join(folder, `two-tabs-${name}.png`) });
  }
  // A second exchange of a token would be logged, and would be an additional refresh.
  assert.deepEqual(refreshes.filter((status) => status !== 204), []);
  assert.ok(refreshes.length >= 20, `${refreshes.length} refreshes`);
  assert.ok(refreshes.length <= 62, `${refreshes.length} refreshes`);
  assert.doesNotMatch(readFileSync(log, "utf8"), /refresh_token_(retried|forked|reused)/);
  console.log(`two tabs: ${seen[0].answers} and ${seen[1].answers} answers, ${refreshes.length} refreshes, none twice`);
}
