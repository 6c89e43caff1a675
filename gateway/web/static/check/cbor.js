// CBOR: decoder for the deterministic encoding of RFC 8949, section 4.2.1. Another encoding of the
// same value is refused, so that each value has one text.

const LONGEST_HEADS = { 24: 1, 25: 2, 26: 4, 27: 8 };
const LEAST = { 1: 24n, 2: 256n, 4: 65536n, 8: 4294967296n };
const DEEPEST = 8;

class Decoder {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  /** Kind and argument of the next item. */
  head() {
    const first = this.data[this.at++];
    if (first === undefined) throw new Error("ends too early");
    const [kind, short] = [first >> 5, first & 31];
    if (short < 24) return [kind, short];
    const length = LONGEST_HEADS[short];
    if (!length || this.at + length > this.data.length) throw new Error("a head of another form");
    let value = 0n;
    for (let place = 0; place < length; place++) value = (value << 8n) | BigInt(this.data[this.at++]);
    if (value < LEAST[length] || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error("a longer head");
    return [kind, Number(value)];
  }

  /** The next bytes. */
  take(length) {
    if (this.at + length > this.data.length) throw new Error("ends too early");
    this.at += length;
    return this.data.slice(this.at - length, this.at);
  }

  item(depth) {
    if (depth > DEEPEST) throw new Error("nested too deeply");
    const [kind, value] = this.head();
    if (kind === 0) return value;
    if (kind === 1) return -1 - value;
    if (kind === 2) return this.take(value);
    if (kind === 3) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(value));
    if ((kind === 4 || kind === 5) && value > this.data.length) throw new Error("ends too early");
    if (kind === 4) return Array.from({ length: value }, () => this.item(depth + 1));
    if (kind === 5) return this.map(value, depth);
    if (kind === 7 && value === 21) return true;
    throw new Error("an item of another kind");
  }

  map(size, depth) {
    const found = new Map();
    let before = -1;
    for (let place = 0; place < size; place++) {
      const key = this.item(depth + 1);
      if (!Number.isInteger(key) || key <= before) throw new Error("keys in another order");
      before = key;
      found.set(key, this.item(depth + 1));
    }
    return found;
  }
}

/** The one item that these bytes are. Throws for anything else. */
export function decode(data) {
  const decoder = new Decoder(data);
  const found = decoder.item(0);
  if (decoder.at !== data.length) throw new Error("something after the end");
  return found;
}
