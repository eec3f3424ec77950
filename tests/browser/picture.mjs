/* The document before anything is done to it, with and without its script. */
import assert from "node:assert/strict";
import fs from "node:fs";
import {clean, frames, near, onPage, open, render, withPaths} from "./helpers.mjs";
import {find, parse, random, title} from "./folded.mjs";

const folded = random(4000);
const profile = parse(folded);
const file = () => render("picture", folded);

export default {
    "every frame has the title and the place that the folded file says": onPage(file, async page => {
        const shown = withPaths(await frames(page));
        assert.ok(shown.length > 200 && shown.length <= 2000, `${shown.length} frames`);
        for (const frame of shown) {
            const node = find(profile, frame.path);
            assert.equal(frame.title, title(node, profile));
            near(frame.width, 1180 * node.total / profile.total, 0.11, `width of ${frame.title}`);
        }
    }),

    "script and style are less than 60 kB": () => {
        const text = fs.readFileSync(file(), "utf8");
        const [style, script] = ["style", "script"].map(name => text.split(`<${name}>`)[1].split(`</${name}>`)[0]);
        assert.ok(style.length + script.length < 60000, `${style.length} + ${script.length}`);
    },

    "frames too narrow to point at are there as merged shapes": onPage(file, async page => {
        assert.ok(await page.locator("#slivers > path").count() > 0);
        assert.ok(Math.min(...(await frames(page)).map(frame => frame.width)) >= 1.9);
    }),

    "labels are legible: contrast of at least 4.5": onPage(file, async page => {
        const worst = await page.evaluate(() => {
            const luminance = color => color.match(/\d+/g).map(Number).map(v => v / 255)
                .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            return Math.min(...Array.from(document.querySelectorAll("#frames > *"), group => {
                const [box, label] = ["rect", "text"]
                    .map(name => luminance(getComputedStyle(group.querySelector(name)).fill));
                return (Math.max(box, label) + 0.05) / (Math.min(box, label) + 0.05);
            }));
        });
        assert.ok(worst >= 4.5, `contrast ${worst}`);
    }),

    "the buttons are there with the script, and not without": async () => {
        for (const [javaScriptEnabled, visibility] of [[true, "visible"], [false, "hidden"]]) {
            const page = await open(file(), "", {javaScriptEnabled});
            const svg = fs.readFileSync(file(), "utf8");
            assert.ok(svg.includes("<script>"));
            if (javaScriptEnabled)
                assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("#search")).visibility),
                    visibility);
            else
                assert.equal(await page.locator("#search").isVisible(), false);
            await clean(page);
        }
    },

    "--script=none leaves out script and data": async () => {
        const still = fs.readFileSync(render("still", folded, "--script=none"), "utf8");
        assert.ok(!still.includes("<script") && !still.includes("<metadata"));
        assert.ok(still.includes('<g id="frames">'));
    },

    "script and style are the same bytes in every document": async () => {
        const parts = text => [/<script><!\[CDATA\[([^]*)\]\]><\/script>/, /<style><!\[CDATA\[([^]*)\]\]><\/style>/]
            .map(expression => expression.exec(text)[1]);
        const one = parts(fs.readFileSync(file(), "utf8"));
        const other = parts(fs.readFileSync(render("other", "a;b 1\n", "--inverted", "--title=x", "--colors=io"),
            "utf8"));
        assert.deepEqual(one, other);
        assert.ok(one[0].length + one[1].length <= 60 * 1024);
    },

    "no attribute holds script or style": async () => {
        const svg = fs.readFileSync(file(), "utf8").replace(/<(script|style)>[^]*?<\/\1>/g, "");
        assert.ok(!/<[^>]*\s(on\w+|style)=/.test(svg));
    },
};
