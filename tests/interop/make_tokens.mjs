#!/usr/bin/env node
// Creates one token per algorithm with jose and one with jsonwebtoken.
//
//     make_tokens.mjs OUTPUT.json

import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { jose, jsonwebtoken, version, KEY_FOR, LACKS, payload, keyBytes } from './common.mjs';

async function withJose(alg, name) {
  const [key, toExport] = alg.startsWith('HS')
    ? [keyBytes(name, 'bin'), keyBytes(name, 'bin')]
    : [
        await jose.importPKCS8(keyBytes(name, 'pkcs8.pem').toString(), alg),
        await jose.importSPKI(keyBytes(name, 'spki.pem').toString(), alg, { extractable: true }),
      ];
  const token = await new jose.SignJWT(payload('jose', alg)).setProtectedHeader({ alg }).sign(key);
  return { token, jwk: await jose.exportJWK(toExport) };
}

async function withJsonwebtoken(alg, name) {
  const key = alg.startsWith('HS') ? keyBytes(name, 'bin') : createPrivateKey(keyBytes(name, 'pkcs8.pem'));
  return { token: jsonwebtoken.sign(payload('jsonwebtoken', alg), key, { algorithm: alg, keyid: `${name}-key` }) };
}

const output = process.argv[2];
if (output === undefined || process.argv.length !== 3) {
  console.error('usage: make_tokens.mjs OUTPUT.json');
  process.exit(2);
}
const command = 'tests/interop/make_tokens.mjs';
const made = {
  made_on: new Date().toISOString().slice(0, 10),
  makers: {
    jose: { version: `${version('jose')} (Node ${process.versions.node})`, command },
    jsonwebtoken: { version: `${version('jsonwebtoken')} (Node ${process.versions.node})`, command },
  },
  tokens: [],
};
for (const [maker, sign] of [['jose', withJose], ['jsonwebtoken', withJsonwebtoken]]) {
  for (const [alg, key] of Object.entries(KEY_FOR)) {
    if (LACKS[maker][alg] === undefined) {
      made.tokens.push({ maker, alg, key, ...(await sign(alg, key)) });
    }
  }
}
writeFileSync(output, JSON.stringify(made, null, 1));
