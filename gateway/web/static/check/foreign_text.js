// Foreign text: a value of somebody else on one line, seen as it is. What ends a line, turns the
// direction of writing or shows nothing is written as an escape. As gateway/domain/foreign_text.py,
// but for the joiners, which stay between letters of any script.

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const JOINERS = "\u200c\u200d";

/** The text as people may see it. */
export function oneLine(text) {
  return text.replace(UNSAFE, (found, at) => {
    const isInWord = /[\p{L}\p{M}]$/u.test(text.slice(0, at)) && /^[\p{L}\p{M}]/u.test(text.slice(at + 1));
    if (JOINERS.includes(found) && isInWord) return found;
    const code = found.codePointAt(0).toString(16).toUpperCase();
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}
