#!/usr/bin/env node
// Encrypted tokens: decrypts those of jotwell, and encrypts to its keys, with jose.
//
//     encrypted.mjs check TOKENS.jsonl
//     encrypted.mjs make TOKENS.jsonl OUTPUT.jsonl
//
// Each line is {"maker", "alg", "enc", "jwk" or "password", "plaintext_utf8", "token"}. `make` writes a line for each key.
// Exits non-zero if jose does not decrypt a token, or if there is nothing to do.

import { readFileSync, writeFileSync } from 'node:fs';
import { jose } from './common.mjs';

// The private members.
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi'];

async function keyOf({ jwk, password, alg, enc }, isPublic) {
  if (password !== undefined) return new TextEncoder().encode(password);
  const dropped = ['use', 'alg', ...(isPublic ? PRIVATE : [])];
  const members = Object.fromEntries(Object.entries(jwk).filter(([name]) => !dropped.includes(name)));
  return jose.importJWK(members, alg === 'dir' ? enc : alg);
}

async function decrypt(entry) {
  const { plaintext } = await jose.compactDecrypt(entry.token, await keyOf(entry, false), {
    keyManagementAlgorithms: [entry.alg],
    contentEncryptionAlgorithms: [entry.enc],
  });
  return new TextDecoder().decode(plaintext);
}

async function encrypt(entry, content) {
  const { alg, enc } = entry;
  return new jose.CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({ alg, enc })
    .encrypt(await keyOf(entry, true));
}

const [command, path, output] = process.argv.slice(2);
if (!(command === 'check' && output === undefined) && !(command === 'make' && output !== undefined)) {
  console.error('usage: encrypted.mjs check TOKENS.jsonl | make TOKENS.jsonl OUTPUT.jsonl');
  process.exit(2);
}
const entries = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line));
if (entries.length === 0) {
  console.error(`encrypted.mjs: ${path} holds no token`);
  process.exit(1);
}

if (command === 'make') {
  const lines = [];
  for (const entry of entries) {
    const content = 'It is encrypted by jose.';
    const token = await encrypt(entry, content);
    lines.push(JSON.stringify({ ...entry, maker: 'jose', plaintext_utf8: content, token }));
  }
  writeFileSync(output, `${lines.join('\n')}\n`);
} else {
  let refused = 0;
  for (const [index, entry] of entries.entries()) {
    try {
      const content = await decrypt(entry);
      if (content !== entry.plaintext_utf8) throw new Error('another content');
    } catch (error) {
      console.log(`REJECTED jose ${entry.alg} ${entry.enc} (entry ${index + 1}): ${error.name}: ${error.message}`);
      refused += 1;
    }
  }
  console.log(`encrypted.mjs: ${entries.length - refused} decrypted, ${refused} refused`);
  process.exitCode = refused > 0 ? 1 : 0;
}
