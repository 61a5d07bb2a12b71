#!/usr/bin/env node
// Verifies tokens of jotwell with jose and with jsonwebtoken.
//
//     check_ours.mjs TOKENS.jsonl
//
// Each line is {"alg": ..., "key": ..., "token": ..., "jwk": ...}. A library
// gets the only accepted algorithm and the public key file (or the secret), and
// jose also the JWK from jotwell. Exits non-zero if a library rejects a token,
// if there is nothing to check, or if an algorithm that one of the two supports
// was verified by neither. Neither supports ES256K: see check_ours.py.

import { isDeepStrictEqual } from 'node:util';
import { readFileSync } from 'node:fs';
import { jose, jsonwebtoken, ISSUER, AUDIENCE, ROLES, KEY_FOR, LACKS, keyBytes } from './common.mjs';

async function withJose(alg, name, token) {
  const key = alg.startsWith('HS')
    ? keyBytes(name, 'bin')
    : await jose.importSPKI(keyBytes(name, 'spki.pem').toString(), alg);
  return claimsOf(alg, token, key);
}

async function withOurJwk(alg, name, token, jwk) {
  return claimsOf(alg, token, await jose.importJWK(jwk, alg));
}

async function claimsOf(alg, token, key) {
  const { payload } = await jose.jwtVerify(token, key, {
    algorithms: [alg],
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['exp', 'roles'],
  });
  return payload;
}

async function withJsonwebtoken(alg, name, token) {
  const key = keyBytes(name, alg.startsWith('HS') ? 'bin' : 'spki.pem');
  return jsonwebtoken.verify(token, key, { algorithms: [alg], issuer: ISSUER, audience: AUDIENCE });
}

const LIBRARIES = { jose: withJose, jsonwebtoken: withJsonwebtoken, 'jose (JWK of jotwell)': withOurJwk };

if (process.argv.length !== 3) {
  console.error('usage: check_ours.mjs TOKENS.jsonl');
  process.exit(2);
}
const entries = readFileSync(process.argv[2], 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line));
if (entries.length === 0) {
  console.error(`check_ours.mjs: ${process.argv[2]} holds no token`);
  process.exit(1);
}

const lacks = (library) => LACKS[library.split(' ')[0]];
const verified = new Map();
let refused = 0;
for (const [index, { alg, key, token, jwk }] of entries.entries()) {
  if (!Object.hasOwn(KEY_FOR, alg)) {
    console.log(`REJECTED entry ${index + 1}: no such algorithm here: ${alg}`);
    refused += 1;
    continue;
  }
  for (const [library, verify] of Object.entries(LIBRARIES)) {
    if (Object.hasOwn(lacks(library), alg)) continue;
    try {
      const claims = await verify(alg, key, token, jwk);
      if (!isDeepStrictEqual(claims.roles, ROLES)) throw new Error(`roles are ${JSON.stringify(claims.roles)}`);
      const pair = `${library} ${alg}`;
      verified.set(pair, (verified.get(pair) ?? 0) + 1);
    } catch (error) {
      console.log(`REJECTED ${library} ${alg} (entry ${index + 1}): ${error.name}: ${error.message}`);
      refused += 1;
    }
  }
}

for (const [pair, count] of verified) console.log(`ok ${pair}: ${count}`);
for (const [library, lacking] of Object.entries(LACKS)) {
  for (const [alg, why] of Object.entries(lacking)) console.log(`-- ${library} ${alg}: not supported (${why})`);
}
const possible = Object.keys(KEY_FOR).filter((alg) =>
  Object.keys(LIBRARIES).some((library) => !Object.hasOwn(lacks(library), alg)),
);
const missing = possible.filter((alg) => !Object.keys(LIBRARIES).some((library) => verified.has(`${library} ${alg}`)));
for (const alg of missing) console.log(`MISSING ${alg}: verified by no library`);
const total = [...verified.values()].reduce((sum, count) => sum + count, 0);
console.log(
  `check_ours.mjs: ${entries.length} tokens, ${total} verifications, ` +
    `${refused} refused, ${missing.length} algorithms missing`,
);
process.exitCode = refused > 0 || missing.length > 0 ? 1 : 0;
