/* Everything can be reached without a pointer. */
import assert from "node:assert/strict";
import {frames, onPage, render, text} from "./helpers.mjs";

const file = (...options) => () => render("keyboard",
    "main;read;parse 40\nmain;read 10\nmain;write;flush 30\nmain;write;sync 20\n", ...options);

const focused = page => page.evaluate(() => {
    const group = document.activeElement.closest("[data-n]");
    return group ? group.querySelector("title").textContent.replace(/ .*/, "") : document.activeElement.id;
});

async function tabTo(page, name) {
    for (let i = 0; i < 10; i++) {
        await page.keyboard.press("Tab");
        if (await focused(page) === name)
            return;
    }
    assert.fail(`Tab never comes to ${name}, but to ${await focused(page)}`);
}

async function walk(page, keys, names) {
    for (const [i, key] of keys.entries()) {
        await page.keyboard.press("Arrow" + key);
        assert.equal(await focused(page), names[i], `after ${keys.slice(0, i + 1)}`);
    }
}

export default {
    "arrows walk the tree as it is drawn": onPage(file(), async page => {
        await tabTo(page, "all");
        await walk(page, ["Up", "Up", "Right", "Up", "Right", "Left", "Left", "Left", "Down", "Down", "Down"],
            ["main", "read", "write", "flush", "sync", "flush", "parse", "parse", "read", "main", "all"]);
    }),

    "upside down too": onPage(file("--inverted"), async page => {
        await tabTo(page, "all");
        await walk(page, ["Down", "Down", "Right", "Up"], ["main", "read", "write", "main"]);
    }),

    "details follow the focus": onPage(file(), async page => {
        await tabTo(page, "all");
        await walk(page, ["Up"], ["main"]);
        assert.match(await text(page, "details"), /^Function: main \(100 samples, 100\.00%\) /);
    }),

    "the focus can be seen": onPage(file(), async page => {
        await tabTo(page, "all");
        const stroke = await page.evaluate(() =>
            getComputedStyle(document.activeElement.querySelector("rect")).strokeWidth);
        assert.equal(stroke, "2.5px");
    }),

    "Enter zooms and keeps the focus, Escape goes back": onPage(file(), async page => {
        await tabTo(page, "all");
        await walk(page, ["Up", "Up", "Right"], ["main", "read", "write"]);
        await page.keyboard.press("Enter");
        assert.equal((await frames(page)).find(frame => frame.name === "write").width, 1180);
        assert.equal(await focused(page), "write");
        await walk(page, ["Up", "Right"], ["flush", "sync"]);
        await page.keyboard.press("Escape");
        assert.equal((await frames(page)).find(frame => frame.name === "write").width, 590);
    }),

    "buttons take Enter": onPage(file(), async page => {
        await tabTo(page, "search");
        await page.keyboard.press("Enter");
        await page.keyboard.type("flush");
        assert.equal(await text(page, "matched"), "Matched: 30.0%");
        await page.keyboard.press("Escape");
        assert.equal(await focused(page), "search");
    }),

    "F3 opens the search, letters stay in its box": onPage(file(), async page => {
        await page.keyboard.press("F3");
        await page.keyboard.type("i i");
        await page.keyboard.press("ArrowLeft");
        assert.equal(await page.evaluate(() => document.querySelector("input").value), "i i");
        await page.keyboard.press("Escape");
        assert.equal(await page.locator("input").count(), 0);
    }),
};
