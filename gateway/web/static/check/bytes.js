// Bytes: hexadecimal, base64, and unsigned numbers, highest byte first.

export const hexOf = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const numberOf = (bytes) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** Bytes of base64. Throws for other text. */
export const ofBase64 = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

/** Bytes of hexadecimal digits. Throws for other text. */
export function ofHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
