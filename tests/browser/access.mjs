/* The viewer for everybody: names and roles, contrast, small windows, dark colours. */
import assert from "node:assert/strict";
import {click, flamectl, frames, onPage, press, render, text, write} from "./helpers.mjs";
import {random} from "./folded.mjs";

const file = () => render("access", random(3000, 5));

/* The contrast of every label and its box, and of the panels' texts and the paper. */
const worstContrast = page => page.evaluate(() => {
    const channels = color => color.match(/[\d.]+/g).map(Number);
    const luminance = rgb => rgb.slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
    const dark = document.querySelector("svg.dark") !== null, papers = dark ? [[28, 28, 31]] : [[238, 238, 238], [238, 238, 176]];
    const labels = [...document.querySelectorAll("#frames > *")].filter(group => group.querySelector("text").textContent)
        .flatMap(group => papers.map(paper => {
            const box = getComputedStyle(group.querySelector("rect")), opacity = Number(box.fillOpacity);
            const seen = channels(box.fill).map((v, i) => v * opacity + paper[i] * (1 - opacity));
            return contrast(seen, channels(getComputedStyle(group.querySelector("text")).fill));
        }));
    const texts = [...document.querySelectorAll(".panel button, #details, dt, dd, .tip div")].filter(one => one.offsetWidth)
        .flatMap(one => papers.map(paper => contrast(paper, channels(getComputedStyle(one).color))));
    return {labels: Math.min(...labels), count: labels.length, texts: Math.min(...texts)};
});

async function checkContrast(page) {
    const {labels, count, texts} = await worstContrast(page);
    assert.ok(count > 20);
    assert.ok(labels >= 4.5, `labels ${labels}`);
    assert.ok(texts >= 4.5, `texts ${texts}`);
}

const walkThrough = async page => {
    await checkContrast(page);
    const deep = (await frames(page)).filter(frame => frame.width > 100 && frame.width < 600)[3];
    await click(page, deep.n);
    await checkContrast(page);
    await page.keyboard.press("/");
    await page.keyboard.type("a");
    await checkContrast(page);
};

/* No part of the viewer is cut off at the right, and all frames are inside. */
async function checkFits(page, width) {
    const edges = await page.evaluate(() => [document.documentElement.scrollWidth,
        ...Array.from(document.querySelectorAll("#frames rect, .panel button, .panel input"), one => one.getBoundingClientRect())
            .filter(box => box.width).map(box => box.right)]);
    assert.ok(Math.max(...edges) <= width + 0.6, `${Math.max(...edges)} > ${width}`);
}

export default {
    "contrast in the light": onPage(file, walkThrough, "", {colorScheme: "light"}),
    "contrast in the dark": onPage(file, walkThrough, "", {colorScheme: "dark"}),

    "the switch turns light and dark": onPage(file, async page => {
        const ground = () => page.evaluate(() => getComputedStyle(document.querySelector("svg > rect")).fill);
        const light = await ground();
        await page.keyboard.press("d");
        assert.notEqual(await ground(), light);
        await page.keyboard.press("d");
        assert.equal(await ground(), light);
    }),

    "roles and names of what is drawn": onPage(file, async page => {
        const client = await page.context().newCDPSession(page);
        const {nodes} = await client.send("Accessibility.getFullAXTree");
        const named = role => nodes.filter(node => !node.ignored && node.role.value === role).map(node => node.name.value);
        const shown = (await frames(page)).map(frame => frame.title);
        assert.deepEqual(named("treeitem").sort(), shown.sort());
        assert.deepEqual(named("tree"), ["Frames"]);
        for (const name of ["Icicle", "Callers", "Table", "Search", "?"])
            assert.ok(named("button").some(other => other.startsWith(name)), `${name} in ${named("button")}`);
    }),

    "without a pointer: search, table, callers and callees, and back": onPage(() => render("keys",
        "main;read;parse 40\nmain;read 10\nmain;write;flush 30\n"), async page => {
        const visible = () => page.evaluate(() => {
            const one = document.activeElement, style = getComputedStyle(one);
            return one === document.documentElement || one.matches(":focus-visible") && (style.outlineStyle !== "none" ||
                getComputedStyle(one.querySelector("rect")).strokeWidth === "2.5px");
        });
        await page.keyboard.press("t");
        let name = "";
        for (let i = 0; i < 40 && name !== "read"; i++) {
            await page.keyboard.press("Tab");
            assert.ok(await visible());
            name = await page.evaluate(() => document.activeElement.textContent);
        }
        await press(page, "Enter");
        assert.equal((await frames(page)).find(frame => frame.width === 1180).name, "read");
        await press(page, "Escape");
        await page.keyboard.press("/");
        assert.ok(await visible());
        await page.keyboard.type("flush");
        assert.equal(await text(page, "matched"), "Matched: 37.5%");
        await page.keyboard.press("Escape");
        await page.keyboard.press("?");
        assert.ok(await page.locator("dl").isVisible());
        await page.keyboard.press("Escape");
        assert.equal(await page.locator("dl").count(), 0);
    }),

    "320 px wide": onPage(file, async page => {
        await page.keyboard.press("/");
        await checkFits(page, 320);
        assert.ok(Math.max(...(await frames(page)).map(frame => frame.width)) === 300);
    }, "", {viewport: {width: 320, height: 640}}),

    "title and legend fit 320 px": async () => {
        const before = write("narrow-before.folded", "main;a 700000000\nmain;b 100000000\nmain;gone 1000000\n");
        const after = write("narrow-after.folded", "main;a 900000000\nmain;b 50000000\n");
        const title = "A title that says at length what has been compared, and why";
        const svg = flamectl("narrow.svg", "diff", before, after, "--title=" + title);
        await onPage(() => svg, async page => {
            for (const id of ["title", "legend"]) {
                const {x, width} = await page.locator("#" + id).boundingBox();
                assert.ok(width > 200 && x >= 9 && x + width <= 311, `${id}: ${x} ${width}`);
            }
        }, "", {viewport: {width: 320, height: 640}})();
    },

    "at 200 % the window is half as wide": onPage(file, async page => {
        await checkFits(page, 600);
    }, "", {viewport: {width: 600, height: 450}, deviceScaleFactor: 2}),

    "the width follows the window": onPage(file, async page => {
        for (const width of [700, 1500]) {
            await page.setViewportSize({width, height: 800});
            await page.waitForFunction(wanted => Number(document.querySelector("#frames rect").getAttribute("width")) === wanted,
                width - 20);
            await checkFits(page, width);
        }
    }),

    "labels keep the last identifier": onPage(() => render("labels",
        "main;std::vector<std::pair<int, long>, std::allocator<int>>::push_back 9\nmain;/usr/lib/somewhere/else/libthing.so 5\n" +
        "main;com.example.application.server.Handler.handle 3\nmain;JS:*fib /srv/app/numbers.js:12:34 5\nmain;operator<<(std::ostream&, long) 5\n" +
        `main;${"Long".repeat(500)}::${"<".repeat(50)}${"a::".repeat(500)}${">".repeat(50)}end 5\n`, "--width=720"),
    async page => {
        const labels = Object.fromEntries((await frames(page)).map(frame => [frame.title[0] + frame.title[1], frame.text]));
        assert.equal(labels["st"], "std::vector<..>::push_back");
        assert.match(labels["/u"], /^\.\.(else\/)?libthing\.so$/);
        assert.match(labels["co"], /^\.\.(.*Handler\.)?handle$/);
        assert.match(labels["op"], /^operator/);
        assert.equal(labels["Lo"], "..<..>end");
        assert.equal(labels["JS"], "JS:*fib");
    }, "", {viewport: {width: 720, height: 400}}),
};
