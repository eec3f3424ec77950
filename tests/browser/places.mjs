/* The document inside other pages. */
import assert from "node:assert/strict";
import {createHash} from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import {browserComplaints, clean, frames, isShown, live, onPage, open, render, settled, text, write} from "./helpers.mjs";
import {random} from "./folded.mjs";

const folded = random(1500, 4);
const svg = () => render("place", folded, "--title=First");
const other = () => render("place2", "main;left 1\nmain;right 3\n", "--title=Second", "--inverted", "--width=600");

function html(name, body, head = "") {
    return write(name, `<!DOCTYPE html><html><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`);
}

const inner = file => fs.readFileSync(file, "utf8").replace(/^<\?xml.*?\?>\s*/, "");
const hash = (file, tag) => {
    const [, bytes] = new RegExp(`<${tag}>([^]*)</${tag}>`).exec(fs.readFileSync(file, "utf8"));
    // in HTML, CDATA sections of foreign content are taken off too
    const text = bytes.replace(/^<!\[CDATA\[/, "").replace(/\]\]>$/, "");
    return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
};

const both = () => html("inline.html", `<h1 id="details">page</h1><p><input id="mine"></p>` +
    `<div id="one">${inner(svg())}</div><div id="two">${inner(other())}</div>`);

/* What one of two documents on a page shows. */
const groups = (page, id) => settled(page).then(() => page.evaluate(id => Array.from(
    document.querySelectorAll(`#${id} #frames > *`), group => {
        const [title, rect, text] = group.children;
        return [group.dataset.n, title.textContent, text.textContent,
            ...["x", "y", "width", "fill"].map(name => rect.getAttribute(name).replace(/\.0$/, ""))].join();
    }), id));

export default {
    "in <img> it is the same picture": async () => {
        const alone = await open(svg(), "", {javaScriptEnabled: false});
        const [width, height] = await Promise.all(["width", "height"].map(name => alone.locator("svg")
            .first().getAttribute(name).then(Number)));
        const clip = {x: 0, y: 0, width, height: Math.min(height, 900)};
        const wanted = await alone.screenshot({clip});
        await alone.close();
        const file = html("img.html", `<img src="place.svg" style="display:block">`, "<style>body{margin:0}</style>");
        await onPage(() => file, async page => {
            assert.equal(await page.evaluate(() => document.images[0].naturalWidth), width);
            const shot = await page.screenshot({clip});
            const different = await page.evaluate(async ([a, b]) => {
                const pixels = await Promise.all([a, b].map(async data => {
                    const image = await createImageBitmap(await (await fetch("data:image/png;base64," + data)).blob());
                    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
                    canvas.drawImage(image, 0, 0);
                    return canvas.getImageData(0, 0, image.width, image.height).data;
                }));
                return pixels[0].reduce((sum, value, i) => sum + (Math.abs(value - pixels[1][i]) > 64), 0);
            }, [wanted.toString("base64"), shot.toString("base64")]);
            assert.ok(different < width * height * 0.002, `${different} of ${width * height} pixels differ`);
        })();
    },

    "two in one page know nothing of each other, nor the page of them": async () => {
        const plain = html("plain.html", "");
        let globals;
        await onPage(() => plain, async page => {
            globals = await page.evaluate(() => Object.getOwnPropertyNames(window).sort());
        })();
        await onPage(both, async page => {
            assert.deepEqual(await page.evaluate(() => Object.getOwnPropertyNames(window)
                .filter(name => !/^\d+$/.test(name)).sort()), globals);
            const address = page.url();
            const before = [await groups(page, "one"), await groups(page, "two")];
            await page.locator("#two #frames > *", {hasText: "right"}).locator("rect").click();
            assert.deepEqual(await groups(page, "one"), before[0]);
            assert.notDeepEqual(await groups(page, "two"), before[1]);
            await page.locator("#two #search").click();
            await page.keyboard.type("right");
            await settled(page);
            assert.equal(await page.locator("#two #matched").textContent(), "Matched: 100%");
            assert.equal((await page.locator("#one #matched").textContent()).trim(), "");
            await page.keyboard.press("Escape");
            await page.keyboard.press("Escape");
            assert.deepEqual(await groups(page, "two"), before[1]);
            assert.equal(await page.locator("h1").textContent(), "page");
            assert.equal(page.url(), address);
        })();
    },

    "keys belong to the page while the page has the focus": onPage(both, async page => {
        await page.locator("#mine").focus();
        await page.keyboard.press("F3");
        await page.keyboard.type("abc");
        assert.equal(await page.locator("#mine").inputValue(), "abc");
        assert.equal(await page.locator("svg input").count(), 0);
    }),

    "in <object>": async () => {
        svg();
        const file = html("object.html", `<object data="place.svg" type="image/svg+xml" width="1200"></object>`);
        await onPage(() => file, async page => {
            await page.waitForFunction(() => document.querySelector("object").contentDocument !== undefined);
            const frame = page.frames().find(one => one.url().endsWith("place.svg"));
            await live(frame);
            await frame.locator("#frames > *").nth(20).locator("rect").click();
            assert.equal(await isShown(frame, "unzoom"), true);
            assert.ok(page.url().endsWith("object.html"));
        })();
    },

    "in a sandbox": async () => {
        svg();
        const file = html("sandbox.html",
            `<iframe src="place.svg" sandbox="allow-scripts" width="1240" height="900"></iframe>`);
        await onPage(() => file, async page => {
            const frame = page.frames().find(one => one.url().endsWith("place.svg"));
            await live(frame);
            await frame.locator("#frames > *").nth(20).locator("rect").click();
            await frame.locator("#search").click();
            await page.keyboard.type("alloc");
            await settled(frame);
            assert.match(await frame.locator("#matched").textContent(), /^Matched: \d/);
        })();
    },

    "under a policy that allows its script and style by hash": async () => {
        const file = svg();
        const policy = `default-src 'none'; script-src ${hash(file, "script")}; style-src ${hash(file, "style")}`;
        const page = html("policy.html", inner(file),
            `<meta http-equiv="Content-Security-Policy" content="${policy}">`);
        await onPage(() => page, async page => {
            await page.locator("#frames > *").nth(20).locator("rect").click();
            assert.equal(await isShown(page, "unzoom"), true);
            await page.locator("#search").click();
            await page.keyboard.type("app");
            assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("svg .match")).fill),
                "rgb(230, 0, 230)");
        })();
    },

    "under a policy that forbids scripts the picture is there": async () => {
        const file = html("noscript.html", inner(svg()),
            `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`);
        const page = await open(file, "", {scripts: false});
        assert.ok((await frames(page)).length > 50);
        await page.close();
        assert.ok(browserComplaints().every(line => line.includes("Content Security Policy")));
    },
};
