/* The script's own matcher of patterns against JavaScript's, on random patterns and texts. */
import assert from "node:assert/strict";
import fs from "node:fs";
import {generator} from "./folded.mjs";

const source = fs.readFileSync(new URL("../../src/writers/viewer/pattern.js", import.meta.url), "utf8");
const matcher = milliseconds => new Function("SEARCH_MS", `"use strict"; ${source} return Matcher;`)(milliseconds);
const Matcher = matcher(1e9);

const atoms = ["a", "b", "A", "_", "1", ".", "\\w", "\\d", "\\s", "\\W", "\\D", "\\S", "[ab]", "[^a]", "[a-c1]", "[\\w-]",
    "[^\\W_]", "\\.", "\\x61", "\\u0062", "-", "]", "}", "{", "\\b", "\\B", "^", "$", "[b-]", "[\\d-x]", " ", "[]", "[^]",
    "é", "[à-ü]", "[\\b]", "\\t", "\\/"];
const repeats = ["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "+?", "{0}", "{,3}"];
const letters = ["a", "b", "c", "A", "B", "_", "1", " ", "-", ".", "x", "é", "Ü", "{", "}", "]", "/", "\t"];

function makePattern(next, depth) {
    const pick = list => list[next(list.length)];
    const kind = depth > 0 ? next(12) : 0;
    if (kind < 4)
        return pick(atoms);
    if (kind < 8)
        return makePattern(next, depth - 1) + makePattern(next, depth - 1);
    if (kind < 9)
        return `(${pick(["", "?:", "?<n>"])}${makePattern(next, depth - 1)}|${pick(["", makePattern(next, depth - 1)])})`;
    if (kind < 10)
        return `(${makePattern(next, depth - 1)})${pick(repeats)}`;
    return pick(["a", "b", "\\w", "."]) + pick(repeats);
}

export default {
    "find what JavaScript's find": async () => {
        const next = generator(11);
        let tried = 0;
        while (tried < 40000) {
            const pattern = makePattern(next, 4), ignoreCase = next(2) === 1;
            let theirs, ours;
            try {
                theirs = new RegExp(pattern, ignoreCase ? "i" : "");
            } catch {
                continue;
            }
            ours = new Matcher(pattern, ignoreCase);
            for (let i = 0; i < 10; i++, tried++) {
                const text = Array.from({length: next(9)}, () => letters[next(letters.length)]).join("");
                assert.equal(ours.test(text), theirs.test(text), JSON.stringify([pattern, text, ignoreCase]));
            }
        }
    },

    "refuse what takes more than linear time": async () => {
        for (const pattern of ["(a)\\1", "a(?=b)", "(?<!a)b", "(?<x>a)\\k<x>", "(a{50}){50}", "("])
            assert.throws(() => new Matcher(pattern, false), undefined, pattern);
    },

    "stop at their deadline": async () => {
        const late = matcher(-1);
        assert.throws(() => new late("a+b", false).test("aab"), /out of time/);
    },
};
