// Verification of a permit code without a network. The order is the safety argument: each step
// relies on the one before it. docs/paper.md, "Verification".

import { ofBase64 } from "./bytes.js";
import { content, isSigned, opened } from "./cose.js";
import { bytesOfCode } from "./digits.js";
import { LaterVersion, statementOf } from "./statement.js";
import { mayBeWithdrawn } from "./withdrawn.js";

const CLOCK_SKEW = 300_000;

/** Verdict: status, and where the authority signed the boxes, statement and list.
 *
 * held: {madeAt, lists}, verified, or null. form: tables of boxes. now: milliseconds.
 * Throws NoPermitCode.
 */
export async function judged(text, held, form, now) {
  const bytes = bytesOfCode(text);
  let code;
  try {
    code = opened(bytes);
  } catch {
    return { status: "altered" };
  }
  for (const list of held?.lists ?? []) {
    for (const key of list.keys.filter((each) => each.id === code.keyId)) {
      let statement;
      try {
        if (!(await isSigned(code, ofBase64(key.public_key)))) return { status: "altered" };
        statement = statementOf(await content(code.payload), form);
      } catch (error) {
        return { status: error instanceof LaterVersion ? "signer-unknown" : "altered" };
      }
      if (statement.country === list.country && list.authorities.includes(statement.authority))
        return byKey(statement, key, list, held, now);
    }
  }
  return { status: "signer-unknown" };
}

async function byKey(statement, key, list, held, now) {
  const at = statement.signedAt;
  const isClockWrong = now < held.madeAt - CLOCK_SKEW;
  const isInDate = at >= Date.parse(key.valid_from) && at <= Date.parse(key.valid_until);
  if (!isInDate || (!isClockWrong && at > now + CLOCK_SKEW)) return { status: "signer-unknown" };
  // "Not before", as below "not after": a moment that cannot be read spares nothing.
  if (key.revoked && (key.revoked.cause === "stolen" || !(at < Date.parse(key.revoked.at))))
    return { status: "key-revoked" };
  const status = isClockWrong ? "clock-wrong" : await byDate(statement, key, list, now);
  return { status, statement, list };
}

async function byDate(statement, key, list, now) {
  if (statement.ends !== null && now >= statement.ends) return "expired";
  if (statement.begins !== null && now < statement.begins) return "not-yet-valid";
  const name = `${statement.country}/${statement.authority}/${statement.number}`;
  if (await mayBeWithdrawn(list.withdrawn, name)) return "may-be-withdrawn";
  if (!(now <= Date.parse(key.valid_until))) return "key-expired";
  if (!(now <= Date.parse(list.next_at))) return "list-out-of-date";
  return "genuine";
}
