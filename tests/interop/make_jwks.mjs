#!/usr/bin/env node
// Writes the JWKs of the valid keys, as jose exports them, next to their other
// formats: NAME.jwk.json (private, or the secret) and NAME.pub.jwk.json.

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jose, KEY_FOR, KEYS, keyBytes } from './common.mjs';

const write = (file, jwk) => writeFileSync(join(KEYS, file), JSON.stringify(jwk, null, 2) + '\n');

for (const name of new Set(Object.values(KEY_FOR))) {
  if (name.startsWith('hs')) {
    write(`${name}.jwk.json`, await jose.exportJWK(keyBytes(name, 'bin')));
  } else {
    write(`${name}.jwk.json`, await jose.exportJWK(createPrivateKey(keyBytes(name, 'pkcs8.pem'))));
    write(`${name}.pub.jwk.json`, await jose.exportJWK(createPublicKey(keyBytes(name, 'spki.pem'))));
  }
}
