/* What a search marks and says, against JavaScript's own regular expressions on the folded file. */
import assert from "node:assert/strict";
import {click, frames, onPage, render, searchOf, text, unzoom, withPaths} from "./helpers.mjs";
import {find, matched, parse, random} from "./folded.mjs";

const folded = random(6000, 3);
const profile = parse(folded);
const file = () => render("search", folded);

async function searchFor(page, term) {
    await page.keyboard.press("Control+f");
    await page.keyboard.type(term);
}

async function check(page, test, path = []) {
    const shown = withPaths(await frames(page));
    for (const frame of shown)
        assert.equal(frame.match, frame.path.length > 0 && test(frame.name), frame.title);
    const share = 100 * matched(profile, test, path) / find(profile, path).total;
    assert.equal(await text(page, "matched"), `Matched: ${share === 100 ? 100 : share.toFixed(1)}%`);
}

function finds(term, flags = "") {
    return name => new RegExp(term, flags).test(name);
}

const patterns = ["alloc", "alloc_1", "^std::", "(read|write|parse)_[0-9]$", "_\\d\\d$", "[^a-z]{5}", "a.*b.*_1",
    "\\bnode\\b|^poll_(1|2)+$", "app", "nothing at all", "java/util/List:\\.get", "o+l{1,2}", "."];

export default {
    ...Object.fromEntries(patterns.map(term => [`marks and counts ${term}`, onPage(file, async page => {
        await searchFor(page, term);
        await check(page, finds(term));
    })])),

    "ignores case when told to": onPage(file, async page => {
        await searchFor(page, "hash_");
        await check(page, finds("hash_"));
        await page.locator("#ignorecase").click();
        await check(page, finds("hash_", "i"));
        await page.keyboard.press("Control+i");
        await check(page, finds("hash_"));
    }),

    "takes an invalid pattern literally": onPage(() => render("literal", "a;vector<(int> 1\na;f[ 2\na;g 5\n"),
        async page => {
            await searchFor(page, "(");
            assert.equal(await text(page, "matched"), "Matched: 12.5%");
            await page.keyboard.press("Escape");
            await searchFor(page, "f[");
            assert.equal(await text(page, "matched"), "Matched: 25.0%");
        }),

    "takes what it cannot run in linear time literally": onPage(
        () => render("look", "a;xx 1\na;(x)\\1 2\na;x(?=y) 1\n"), async page => {
            await searchFor(page, "(x)\\1");
            assert.equal(await text(page, "matched"), "Matched: 50.0%");
            await page.keyboard.press("Escape");
            await searchFor(page, "x(?=y)");
            assert.equal(await text(page, "matched"), "Matched: 25.0%");
        }),

    "counts recursion once": onPage(() => render("recursion", "a;f;f;f 3\na;f;g 1\na;g;f 1\na;h 5\n"), async page => {
        await searchFor(page, "^f$");
        assert.equal(await text(page, "matched"), "Matched: 50.0%");
    }),

    "does not see the marks of kinds": onPage(() => render("marks", "a;sys_[k] 1\na;b 1\n"), async page => {
        await searchFor(page, "k");
        assert.equal(await text(page, "matched"), "Matched: 0.0%");
    }),

    "goes on through zoom and reset": onPage(file, async page => {
        const wide = withPaths(await frames(page)).find(frame => frame.path.length === 3 && frame.width > 50);
        await searchFor(page, "node");
        await click(page, wide.n);
        await check(page, finds("node"), wide.path);
        await unzoom(page);
        await check(page, finds("node"));
    }),

    "is all of the view when an ancestor matches": onPage(file, async page => {
        const wide = withPaths(await frames(page)).find(frame => frame.path.length === 3 && frame.width > 50);
        await click(page, wide.n);
        await searchFor(page, "^app$");
        await check(page, finds("^app$"), wide.path);
        assert.equal(await text(page, "matched"), "Matched: 100%");
    }),

    "marks merged frames": onPage(file, async page => {
        const marked = count => page.waitForFunction(n => document.querySelectorAll("#slivers > path.match").length === n, count);
        await searchFor(page, "_1");
        await marked(1);
        await page.keyboard.press("Escape");
        await marked(0);
    }),

    "Reset Search and Escape end it": onPage(file, async page => {
        const fill = () => page.evaluate(() => Array.from(document.querySelectorAll("#frames rect"),
            rect => getComputedStyle(rect).fill));
        const before = await fill();
        for (const end of [() => page.locator("#search").click(), () => page.keyboard.press("Escape")]) {
            await page.locator("#search").click();
            await page.keyboard.type("alloc");
            assert.equal(await text(page, "search"), "Reset Search");
            assert.ok((await fill()).includes("rgb(230, 0, 230)"));
            await end();
            assert.equal(await text(page, "search"), "Search");
            assert.equal(await page.locator("#matched").isVisible(), false);
            assert.equal(await page.locator("input").count(), 0);
            assert.deepEqual(await fill(), before);
        }
    }),

    "stands in the address, and is read from it": async () => {
        let address;
        await onPage(file, async page => {
            await searchFor(page, "a+b|^std::.*&x=1");
            address = await searchOf(page);
        })();
        await onPage(file, async page => {
            assert.equal(await page.evaluate(() => document.querySelector("input").value), "a+b|^std::.*&x=1");
            await check(page, finds("a+b|^std::.*&x=1"));
        }, address)();
        await onPage(file, page => check(page, finds("^std::")), "?s=%5Estd%3A%3A")();
    },
};
