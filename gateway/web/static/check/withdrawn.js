// Filter of withdrawn permits: a Golomb-coded set. docs/paper.md, "Filter of withdrawn permits".

import { numberOf, ofBase64, ofHex } from "./bytes.js";

const M = 784931n;
const REMAINDER_BITS = 19;

/** Whether a permit may be withdrawn. name: `COUNTRY/AUTHORITY/NUMBER`. Throws for no filter. */
export async function mayBeWithdrawn(filter, name) {
  const salted = Uint8Array.from([...ofHex(filter.salt), ...new TextEncoder().encode(name)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", salted));
  const wanted = Number((numberOf(digest.slice(0, 8)) * BigInt(filter.count) * M) >> 64n);
  const coded = ofBase64(filter.coded);
  const bit = (at) => {
    if (at >= coded.length * 8) throw new Error("the filter ends too early");
    return (coded[at >> 3] >> (7 - (at & 7))) & 1;
  };
  let [at, place, found] = [0, 0, false];
  for (let left = filter.count; left > 0; left--) {
    while (bit(at++)) place += 2 ** REMAINDER_BITS;
    let rest = 0;
    for (let each = 0; each < REMAINDER_BITS; each++) rest = rest * 2 + bit(at++);
    place += rest;
    found ||= place === wanted;
  }
  return found;
}
