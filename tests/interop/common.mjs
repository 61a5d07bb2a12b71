// Common functions of the JavaScript scripts in this folder.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const KEYS = join(ROOT, 'vectors', 'interop', 'keys');

// The libraries are in target/interop/node_modules, which is not above this
// file, so they are resolved explicitly.
const installed = createRequire(join(ROOT, 'target', 'interop', 'package.json'));
export const jose = await import(pathToFileURL(installed.resolve('jose')).href);
export const jsonwebtoken = installed('jsonwebtoken');
export const version = (name) =>
  JSON.parse(readFileSync(join(ROOT, 'target', 'interop', 'node_modules', name, 'package.json'), 'utf8')).version;

export const ISSUER = 'https://auth.example';
export const AUDIENCE = 'orders-api';
export const ROLES = ['editor'];

// Every algorithm, with the key (base name in vectors/interop/keys) that the
// tokens made here are signed with.
export const KEY_FOR = {
  HS256: 'hs256',
  HS384: 'hs384',
  HS512: 'hs512',
  RS256: 'rsa2048',
  RS384: 'rsa3072',
  RS512: 'rsa4096',
  PS256: 'rsa2048',
  PS384: 'rsa3072',
  PS512: 'rsa4096',
  ES256: 'p256',
  ES384: 'p384',
  ES512: 'p521',
  ES256K: 'secp256k1',
  EdDSA: 'ed25519',
  Ed25519: 'ed25519',
};

// The unsupported algorithms of each library. It must support all others.
export const LACKS = {
  jose: { ES256K: 'jose has no secp256k1 since version 6' },
  jsonwebtoken: {
    ES256K: 'jsonwebtoken has no secp256k1',
    EdDSA: 'jsonwebtoken has no Edwards curves',
    Ed25519: 'jsonwebtoken has no Edwards curves',
  },
};

export const payload = (maker, alg) => ({
  iss: ISSUER,
  sub: 'user-42',
  aud: AUDIENCE,
  exp: 4102444800,
  nbf: 1767225600,
  iat: 1767225600,
  jti: `${maker}-${alg}`,
  roles: ROLES,
});

// The bytes of a key file; `name` is a plain base name, never a path.
export function keyBytes(name, form) {
  if (!/^[a-z0-9-]+$/.test(name)) throw new Error(`not the name of a key: ${name}`);
  return readFileSync(join(KEYS, `${name}.${form}`));
}
