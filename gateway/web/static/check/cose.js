// COSE_Sign1 of a permit code: its frame, and the signature over it (ES256). docs/paper.md, "Frame".
// Nothing of a code is decompressed before its signature is verified.

import { hexOf, numberOf } from "./bytes.js";
import { decode } from "./cbor.js";

const HALF_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n / 2n;
const MOST_CODE_BYTES = 4096;
const MOST_STATEMENT_BYTES = 64 * 1024;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };

/** Frame of a code. Throws for another form. */
export function opened(bytes) {
  if (bytes.length > MOST_CODE_BYTES) throw new Error("too long");
  const frame = decode(bytes);
  if (!Array.isArray(frame) || frame.length !== 4) throw new Error("another frame");
  const [guarded, open, payload, signature] = frame;
  if (![guarded, payload, signature].every((part) => part instanceof Uint8Array)) throw new Error("another frame");
  const header = decode(guarded);
  const id = header instanceof Map && header.size === 2 && header.get(1) === -7 && header.get(4);
  if (!(id instanceof Uint8Array) || id.length !== 8) throw new Error("another header");
  if (!(open instanceof Map) || open.size !== 0 || signature.length !== 64) throw new Error("another frame");
  if (numberOf(signature.slice(32)) > HALF_ORDER) throw new Error("the other half of a signature");
  return { keyId: hexOf(id), guarded, payload, signature };
}

/** Whether a key signed the frame. publicKey: SubjectPublicKeyInfo, DER. */
export async function isSigned(code, publicKey) {
  const key = await crypto.subtle.importKey("spki", publicKey, CURVE, false, ["verify"]);
  return crypto.subtle.verify(ES256, key, code.signature, toBeSigned(code));
}

/** Content of a payload whose signature is verified. Throws for another form. */
export async function content(payload) {
  const stream = new Blob([payload]).stream().pipeThrough(new DecompressionStream("deflate"));
  const parts = [];
  let size = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_STATEMENT_BYTES) {
      await reader.cancel();
      throw new Error("too long");
    }
    parts.push(value);
  }
  return decode(new Uint8Array(await new Blob(parts).arrayBuffer()));
}

/** Sig_structure: RFC 9052, section 4.4. */
function toBeSigned({ guarded, payload }) {
  const context = new TextEncoder().encode("Signature1");
  const of = (bytes) => {
    const size = bytes.length;
    const head = size < 24 ? [0x40 | size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 255];
    return [...head, ...bytes];
  };
  return Uint8Array.from([0x84, 0x60 | context.length, ...context, ...of(guarded), 0x40, ...of(payload)]);
}
