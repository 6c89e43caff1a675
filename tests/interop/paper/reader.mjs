// Reader of permit codes, written by docs/paper.md alone, with what browsers have: Web Crypto,
// DecompressionStream, BigInt. It reads cases from standard input, a line of JSON each
// {address, lists, now}, and writes a verdict for each.

import { createInterface } from "node:readline";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BYTES = { 3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7 };
const M = 784931n;

function bytesOf(digits) {
  const found = [];
  for (let at = 0; at < digits.length; at += 17) {
    const group = digits.slice(at, at + 17);
    const count = BYTES[group.length];
    let number = BigInt(group);
    if (!count || number >= 1n << BigInt(8 * count)) throw new Error("digits");
    const bytes = [];
    for (let place = 0; place < count; place++) {
      bytes.unshift(Number(number & 255n));
      number >>= 8n;
    }
    found.push(...bytes);
  }
  return Uint8Array.from(found);
}

// CBOR in its deterministic encoding; anything else is refused.
function decode(data) {
  let at = 0;
  function head() {
    const first = data[at++];
    if (first === undefined) throw new Error("end");
    const [kind, short] = [first >> 5, first & 31];
    if (short < 24) return [kind, BigInt(short)];
    const length = { 24: 1, 25: 2, 26: 4, 27: 8 }[short];
    if (!length || at + length > data.length) throw new Error("length");
    let value = 0n;
    for (let place = 0; place < length; place++) value = (value << 8n) | BigInt(data[at++]);
    if (value < { 1: 24n, 2: 256n, 4: 65536n, 8: 4294967296n }[length]) throw new Error("longer");
    return [kind, value];
  }
  function take(length) {
    if (at + Number(length) > data.length) throw new Error("end");
    const part = data.slice(at, at + Number(length));
    at += Number(length);
    return part;
  }
  function item(depth) {
    if (depth > 8) throw new Error("deep");
    const [kind, value] = head();
    if (kind === 0) return Number(value);
    if (kind === 1) return -1 - Number(value);
    if (kind === 2) return take(value);
    if (kind === 3) return new TextDecoder("utf-8", { fatal: true }).decode(take(value));
    if (kind === 4) return Array.from({ length: Number(value) }, () => item(depth + 1));
    if (kind === 5) {
      const map = new Map();
      let before = -1;
      for (let place = 0; place < Number(value); place++) {
        const key = item(depth + 1);
        const order = key >= 0 ? key : 0x40000000 - key;
        if (!Number.isInteger(key) || order <= before) throw new Error("order of keys");
        before = order;
        map.set(key, item(depth + 1));
      }
      return map;
    }
    if (kind === 7 && value === 21n) return true;
    throw new Error("kind");
  }
  const found = item(0);
  if (at !== data.length) throw new Error("something after the end");
  return found;
}

function toBeSigned(guarded, payload) {
  const part = (bytes) => {
    const size = bytes.length;
    const head = size < 24 ? [0x40 | size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 255];
    return [...head, ...bytes];
  };
  const context = new TextEncoder().encode("Signature1");
  return Uint8Array.from([0x84, 0x60 | context.length, ...context, ...part(guarded), 0x40, ...part(payload)]);
}

const number = (bytes) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const binary = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function isWithdrawn(filter, name) {
  const salt = Uint8Array.from(filter.salt.match(/../g), (pair) => parseInt(pair, 16));
  const text = Uint8Array.from([...salt, ...new TextEncoder().encode(name)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const wanted = (number(digest.slice(0, 8)) * BigInt(filter.count) * M) >> 64n;
  const bits = Array.from(binary(filter.coded), (byte) => byte.toString(2).padStart(8, "0")).join("");
  let [at, place] = [0, 0n];
  for (let left = filter.count; left > 0; left--) {
    const end = bits.indexOf("0", at);
    place += (BigInt(end - at) << 19n) + BigInt(`0b${bits.slice(end + 1, end + 20)}`);
    at = end + 20;
    if (place === wanted) return true;
  }
  return false;
}

async function verdict({ address, lists, now }) {
  let guarded, unguarded, payload, signature, header;
  try {
    const frame = decode(bytesOf(address.slice(address.lastIndexOf("#") + 1)));
    if (!Array.isArray(frame) || frame.length !== 4) return "altered";
    [guarded, unguarded, payload, signature] = frame;
    header = decode(guarded);
    const s = number(signature.slice(32));
    const shaped = header.size === 2 && header.get(1) === -7 && header.get(4).length === 8;
    if (!shaped || unguarded.size !== 0 || signature.length !== 64 || s > ORDER / 2n) return "altered";
  } catch {
    return "altered";
  }
  const id = hex(header.get(4));
  const found = lists.flatMap((list) => list.keys.filter((key) => key.id === id).map((key) => [list, key]));
  const signed = toBeSigned(guarded, payload);
  for (const [list, key] of found) {
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const open = await crypto.subtle.importKey("spki", binary(key.public_key), curve, false, ["verify"]);
    const holds = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, open, signature, signed);
    if (!holds) return "altered";
    const said = decode(await inflated(payload));
    if (said.get(0) !== 1) return "signer-unknown";
    if (said.get(1) !== list.country || !list.authorities.includes(said.get(2))) continue;
    const [at, today] = [said.get(3) * 1000, Date.parse(now)];
    if (at < Date.parse(key.valid_from) || at > Math.min(Date.parse(key.valid_until), today + 300000))
      return "signer-unknown";
    const revoked = key.revoked;
    if (revoked && (revoked.cause === "stolen" || at >= Date.parse(revoked.at))) return "key-revoked";
    if (said.has(5) && today >= said.get(5) * 1000) return "expired";
    if (said.has(4) && today < said.get(4) * 1000) return "not-yet-valid";
    const name = `${said.get(1)}/${said.get(2)}/${said.get(6).get(1)}`;
    if (await isWithdrawn(list.withdrawn, name)) return "may-be-withdrawn";
    if (today > Date.parse(key.valid_until)) return "key-expired";
    if (today > Date.parse(list.next_at)) return "list-out-of-date";
    return "genuine";
  }
  return "signer-unknown";
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(await verdict(JSON.parse(line)));
}
