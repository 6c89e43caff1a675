// Digits of a permit code: seven bytes are seventeen digits, the last group has fewer.
// docs/paper.md, "Digits".

const BYTES = { 3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7 };
const LONGEST_TEXT = 8192;

/** A text that is no permit code. word: key of the sentence that says what to do. */
export class NoPermitCode extends Error {
  constructor(word) {
    super(word);
    this.word = word;
  }
}

/** Bytes of the text of a QR code, or of its digits alone. Throws NoPermitCode. */
export function bytesOfCode(text) {
  const digits = text.trim().split("#").pop();
  if (text.length > LONGEST_TEXT || !/^[0-9]{3,7089}$/.test(digits)) throw new NoPermitCode("no_code");
  const found = [];
  for (let at = 0; at < digits.length; at += 17) {
    const group = digits.slice(at, at + 17);
    const count = BYTES[group.length];
    let number = BigInt(group);
    if (!count || number >= 1n << BigInt(8 * count)) throw new NoPermitCode("not_whole");
    const bytes = new Array(count);
    for (let place = count - 1; place >= 0; place--) {
      bytes[place] = Number(number & 255n);
      number >>= 8n;
    }
    found.push(...bytes);
  }
  return Uint8Array.from(found);
}

/** Whether a text may be a permit code: other QR codes stand beside it on many papers. */
export function isPermitCode(text) {
  try {
    return bytesOfCode(text).length > 0;
  } catch {
    return false;
  }
}
