/* Names are text, whatever they say, and no search can hang the page. */
import assert from "node:assert/strict";
import {click, frames, onPage, render, text, unzoom} from "./helpers.mjs";

const names = ["<script>window.hacked=1</script>", "\"><img src=x onerror=window.hacked=1>", "]]>", "&lt;b&gt;",
    "a' onload='window.hacked=1", "${window.hacked=1}", "javascript:window.hacked=1", "\u202Eright to left\u202C",
    "\u05e9\u05dc\u05d5\u05dd", "👩‍👩‍👧 emoji 🔥🔥🔥🔥🔥🔥🔥🔥", "x".repeat(10000), "--", "_[k]", "__proto__",
    "constructor", "</metadata><script>window.hacked=1</script>", "<!--", "%s%n", "all"];
const folded = names.map(name => `main;${name};leaf of it 10\n`).join("");
const lines = Buffer.concat([Buffer.from(folded), Buffer.from("main;control \x01\x1b\x7f bytes;\xff\xfe 10\n", "latin1")]);
const file = (...options) => () => render("hostile", lines, ...options);

const as = "a".repeat(60) + "!";
const slow = ["(a+)+$", "(a|a)*$", "(.*)*x", "(.*){12}x", "(a?){40}a{40}", ".*.*.*.*.*.*.*=", "(x+x+)+y", "((a{1,99}){1,99}){1,99}b",
    "(".repeat(20000), "a".repeat(100000)];

export default {
    "are shown as they are, and nothing runs": onPage(file(), async page => {
        const shown = await frames(page);
        for (const name of names.flatMap(text => text.split(";")))
            assert.ok(shown.some(frame => frame.title.startsWith(name.replace(/_\[k\]$/, "") + " (")), name);
        for (const frame of shown.filter(other => other.name !== "all").slice(0, 40)) {
            if (await page.locator(`[data-n="${frame.n}"]`).count() === 0)
                continue;
            await click(page, frame.n);
            await unzoom(page);
        }
        assert.equal(await page.evaluate(() => window.hacked), undefined);
        assert.equal(await page.locator("img").count(), 0);
        assert.equal(await page.locator("script").count(), 1);
    }),

    "bytes that XML cannot carry are replaced": onPage(file(), async page => {
        const shown = await frames(page);
        const control = shown.find(frame => frame.title.startsWith("control "));
        assert.equal(control.name, "control \uFFFD\uFFFD\x7f bytes");
        await click(page, control.n);
        assert.ok((await frames(page)).some(frame => frame.name === "\uFFFD\uFFFD"));
    }),

    "labels are cut between characters": onPage(file(), async page => {
        const emoji = (await frames(page)).find(frame => frame.title.includes("emoji"));
        assert.ok(emoji.text.endsWith("..") && !/[\ud800-\udbff]\.\.$/.test(emoji.text), emoji.text);
        await click(page, (await frames(page)).find(frame => frame.name === "main").n);
        const again = (await frames(page)).find(frame => frame.title.includes("emoji"));
        assert.equal(again.text, emoji.text);
    }),

    ...Object.fromEntries(slow.map(term => [`the search ${term.slice(0, 30)} in the address does not hang the page`,
        async () => {
            const began = Date.now();
            await onPage(() => render("slow", `main;${as} 1\nmain;${as}${as} 1\nmain;${"x".repeat(50000)} 1\nmain;b 1\n`),
                async page => {
                    assert.match(await text(page, "matched"), /^Matched: /);
                    await click(page, (await frames(page)).find(frame => frame.name === "b").n);
                }, "?s=" + encodeURIComponent(term))();
            assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
        }])),
};
