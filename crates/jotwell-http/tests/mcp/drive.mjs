// Connects a client to the example `mcp`, through every step from a rejected request to a tool call.
//
//   node drive.mjs PROGRAM    the compiled example
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { createInterface } from "node:readline";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import Provider from "oidc-provider";

const REDIRECT = "http://127.0.0.1:1/callback";
const SCOPES = "notes:read notes:write";

// The authorization server.
const resources = new Set();
const listening = http.createServer().listen(0, "127.0.0.1");
await once(listening, "listening");
const issuer = `http://127.0.0.1:${listening.address().port}`;
const provider = new Provider(issuer, {
  scopes: ["openid", "offline_access", ...SCOPES.split(" ")],
  features: {
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(_, resource) {
        assert.ok(resources.has(resource), `a token for ${resource}`);
        return { scope: SCOPES, audience: resource, accessTokenFormat: "jwt", accessTokenTTL: 300 };
      },
    },
  },
});
const asked = [];
listening.on("request", (request, response) => {
  asked.push(request.url.split("?")[0]);
  provider.callback()(request, response);
});

// The resource.
const program = spawn(process.argv[2], { env: { ...process.env, ISSUER: issuer, LISTEN: "127.0.0.1:0" } });
program.stderr.pipe(process.stderr);
const ended = once(program, "exit").then(() => assert.fail("the example has ended"));
const lines = createInterface({ input: program.stdout });
const [line] = await Promise.race([once(lines, "line"), ended]);
ended.catch(() => {});
const resource = line.replace("listening on ", "");
resources.add(resource).add(`${resource}/other`);

async function story() {
  // A client without a token learns where the metadata are, and which scope to request.
  const refused = await fetch(resource, { method: "POST", body: "{}" });
  assert.equal(refused.status, 401);
  const metadata = `${new URL(resource).origin}/.well-known/oauth-protected-resource/mcp`;
  assert.equal(
    refused.headers.get("www-authenticate"),
    `Bearer realm="api", resource_metadata="${metadata}", scope="notes:read"`,
  );
  const document = await (await fetch(metadata)).json();
  assert.deepEqual(document, {
    resource,
    authorization_servers: [issuer],
    bearer_methods_supported: ["header"],
    scopes_supported: SCOPES.split(" "),
  });

  // The client does the rest, except for the user's part.
  const user = new User();
  let client = await connect(user);
  assert.deepEqual(user.asked.map((url) => url.searchParams.get("scope")), ["notes:read"]);
  assert.equal(user.asked[0].searchParams.get("resource"), resource);
  assert.equal(user.asked[0].searchParams.get("code_challenge_method"), "S256");
  for (const path of ["/.well-known/oauth-authorization-server", "/reg", "/token", "/jwks"]) {
    assert.ok(asked.includes(path), `${path} was not asked for: ${asked.join(" ")}`);
  }
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(({ name }) => name), ["read", "write"]);
  assert.equal(text(await client.callTool({ name: "read", arguments: {} })), "read for ada");

  // A tool that needs another scope: the client handles the 403, and asks the user for it. It was registered for the scope
  // of the first challenge, so it registers again.
  user.saveClientInformation(undefined);
  await assert.rejects(client.callTool({ name: "write", arguments: {} }), UnauthorizedError);
  assert.equal(user.asked[1].searchParams.get("scope"), SCOPES);
  client = await connect(user);
  assert.equal(text(await client.callTool({ name: "write", arguments: {} })), "written for ada");
  await client.close();

  // A valid token of the same issuer for another resource is rejected, and so is one that was changed.
  const { access_token: good } = user.tokens();
  const other = await user.tokenFor(`${resource}/other`);
  for (const [token, status] of [[good, 200], [other, 401], [`${good.slice(0, -8)}AAAAAAAA`, 401]]) {
    const answer = await fetch(resource, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
    });
    assert.equal(answer.status, status);
    if (status === 401) {
      assert.match(answer.headers.get("www-authenticate"), /resource_metadata="[^"]+", error="invalid_token"/);
    }
  }
  console.log("a client got from the address of the resource to its tools, and asked for more scope where that was needed");
}

/** Connects, with a visit to the authorization server if there is no valid token. */
async function connect(user) {
  const client = () => new Client({ name: "test", version: "1.0.0" });
  const transport = () => new StreamableHTTPClientTransport(new URL(resource), { authProvider: user });
  if (!user.pending) {
    const first = transport();
    await assert.rejects(client().connect(first), UnauthorizedError);
  }
  const finishing = transport();
  await finishing.finishAuth(await user.authorize());
  const connected = client();
  await connected.connect(transport());
  return connected;
}

function text(result) {
  return result.content[0].text;
}

/** The state of a client, and a browser whose user agrees to everything. */
class User {
  asked = [];
  pending = undefined;
  #cookies = new Map();
  #client;
  #tokens;
  #verifier;
  #discovery;

  get redirectUrl() {
    return REDIRECT;
  }
  get clientMetadata() {
    return {
      client_name: "test",
      redirect_uris: [REDIRECT],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      // Its redirect is to a loopback address.
      application_type: "native",
    };
  }
  clientInformation() {
    return this.#client;
  }
  saveClientInformation(client) {
    this.#client = client;
  }
  tokens() {
    return this.#tokens;
  }
  saveTokens(tokens) {
    this.#tokens = tokens;
  }
  codeVerifier() {
    return this.#verifier;
  }
  saveCodeVerifier(verifier) {
    this.#verifier = verifier;
  }
  discoveryState() {
    return this.#discovery;
  }
  saveDiscoveryState(discovery) {
    this.#discovery = discovery;
  }
  redirectToAuthorization(url) {
    this.asked.push(url);
    this.pending = url;
  }

  /** Follows the redirects of the authorization server to the code. */
  async authorize(url = this.pending) {
    this.pending = undefined;
    let request = [String(url), {}];
    for (let steps = 0; steps < 20; steps += 1) {
      const response = await this.#visit(...request);
      const location = response.headers.get("location");
      if (location?.startsWith(REDIRECT)) {
        const { searchParams } = new URL(location);
        assert.equal(searchParams.get("iss"), issuer, location);
        assert.ok(searchParams.get("code"), location);
        return searchParams.get("code");
      }
      if (location) {
        request = [new URL(location, issuer).href, {}];
        continue;
      }
      // A page with a form for the login or the consent.
      const page = await response.text();
      const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
      assert.ok(action, `${response.status} ${page}`);
      const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
      const body = new URLSearchParams({ prompt, login: "ada", password: "any" });
      request = [new URL(action, issuer).href, { method: "POST", body }];
    }
    assert.fail("too many redirects");
  }

  /** A token for another resource, with the same client. */
  async tokenFor(other) {
    const verifier = randomBytes(32).toString("base64url");
    const url = new URL(this.asked.at(-1));
    url.searchParams.set("resource", other);
    url.searchParams.set("code_challenge", createHash("sha256").update(verifier).digest("base64url"));
    const code = await this.authorize(url);
    const answer = await fetch(`${issuer}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT,
        client_id: this.#client.client_id,
        code_verifier: verifier,
        resource: other,
      }),
    });
    const body = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(body));
    return body.access_token;
  }

  async #visit(url, init) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
    return response;
  }
}

try {
  await story();
} finally {
  program.kill();
  listening.close();
  listening.closeAllConnections();
}
