// Key lists of authorities: fetched when there is a network, kept, and verified at each use.
// The signature must be of the key that the page was given with; an older file never takes the
// place of a newer one, which would bring revoked keys back.

import { ofBase64 } from "./bytes.js";

const PURPOSE = "epix-gateway: key lists for the check page\n";
const STORE = "check-key-lists";
const ADDRESS = "/check/keys";
const MOST_CHARACTERS = 64 * 1024 * 1024;
const VERSION = 1;

/** Lists that are kept: {madeAt, lists}; null where there are none that count. */
export async function held(signer) {
  try {
    const kept = await (await caches.open(STORE)).match(ADDRESS);
    return kept ? await read(await kept.text(), signer) : null;
  } catch {
    return null;
  }
}

/** Fetch the lists and keep them if they are newer. Returns those that are kept then.
 *
 * Throws where there is no network, or what came is not signed by the key of this page.
 */
export async function refreshed(signer) {
  const answer = await fetch(ADDRESS, { cache: "no-cache", signal: AbortSignal.timeout(20_000) });
  if (!answer.ok) throw new Error("no lists");
  const text = await answer.text();
  const [came, before] = [await read(text, signer), await held(signer)];
  if (before && before.madeAt > came.madeAt) return before;
  try {
    await (await caches.open(STORE)).put(ADDRESS, new Response(text));
  } catch {
    // A browser that keeps nothing can verify while the page is open.
  }
  return came;
}

/** Lists of a file. signer: {kind, key}, as the page has it. Throws for any other file. */
export async function read(file, signer) {
  if (file.length > MOST_CHARACTERS) throw new Error("too long");
  const { text, signature } = JSON.parse(file);
  const signed = ofBase64(text);
  const message = new Uint8Array([...new TextEncoder().encode(PURPOSE), ...signed]);
  if (!(await isBySigner(ofBase64(signature), message, signer))) throw new Error("another signer");
  const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(signed));
  const madeAt = Date.parse(said.made_at);
  if (said.v !== VERSION || Number.isNaN(madeAt)) throw new Error("another version");
  return { madeAt, lists: said.lists };
}

async function isBySigner(signature, message, { kind, key }) {
  const isRsa = kind === "RSA";
  const scheme = isRsa ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } : { name: "ECDSA", namedCurve: kind };
  const open = await crypto.subtle.importKey("spki", ofBase64(key), scheme, false, ["verify"]);
  const made = isRsa ? signature : plainSignature(signature, { "P-256": 32, "P-384": 48, "P-521": 66 }[kind]);
  return crypto.subtle.verify({ ...scheme, hash: "SHA-256" }, open, made, message);
}

/** r and s one after the other, as Web Crypto takes them, of ECDSA-Sig-Value (RFC 3279). */
function plainSignature(der, size) {
  let at = der[1] & 0x80 ? 3 : 2;
  const found = new Uint8Array(2 * size);
  for (const end of [size, 2 * size]) {
    if (der[at] !== 2) throw new Error("no signature");
    let number = der.slice(at + 2, at + 2 + der[at + 1]);
    at += 2 + number.length;
    while (number.length > 1 && number[0] === 0) number = number.slice(1);
    if (number.length > size) throw new Error("no signature");
    found.set(number, end - number.length);
  }
  return found;
}
