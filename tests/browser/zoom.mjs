/* Zoomed views against the folded file. */
import assert from "node:assert/strict";
import fs from "node:fs";
import {click, flamectl, frames, isShown, near, onPage, render, searchOf, settled, text, unzoom, withPaths, write} from "./helpers.mjs";
import {find, generator, parse, random, title} from "./folded.mjs";

const folded = random(20000, 2);
const profile = parse(folded);
const file = (...options) => () => render("zoom", folded, ...options);

/* What is on show while a path is zoomed is right, and nothing that can be seen is missing. */
async function check(page, root, path) {
    const shown = withPaths(await frames(page));
    const top = find(root, path);
    const byPath = new Map(shown.map(frame => [frame.path.join(";"), frame]));
    // where there are more than can be elements, the widest are
    const own = shown.slice(path.length);
    const least = shown.length < 2000 ? 2.01 : Math.min(...own.map(frame => frame.width)) + 0.11;
    assert.ok(shown.length <= 2000);
    for (const frame of shown) {
        const node = find(root, frame.path);
        const above = frame.path.length < path.length;
        assert.equal(frame.parent, above);
        assert.equal(frame.title, title(node, root));
        near(frame.width, 1180 * (above ? 1 : node.total / top.total), 0.11, `width of ${frame.title}`);
    }
    const visit = function (node, names) {
        for (const child of node.children.values()) {
            if (1180 * child.total / top.total < least)
                continue;
            const childNames = [...names, child.name];
            assert.ok(byPath.has(childNames.join(";")), `${childNames.join(";")} is missing`);
            visit(child, childNames);
        }
    };
    visit(top, path);
}

/* Zooms into the frame with this path and returns it. */
async function zoomTo(page, path) {
    const frame = withPaths(await frames(page)).find(other => other.path.join(";") === path.join(";"));
    assert.ok(frame, `${path.join(";")} is on show`);
    await click(page, frame.n);
    return frame;
}

async function contents(page) {
    return (await frames(page)).map(frame => JSON.stringify(frame));
}

/* Random walk toward the leaves, checking every view on the way. */
async function descend(page, root, seed) {
    const next = generator(seed);
    let path = [];
    for (;;) {
        const here = withPaths(await frames(page))
            .filter(frame => frame.path.length > path.length && frame.width >= 3);
        if (!here.length)
            return path;
        path = here[next(here.length)].path;
        await zoomTo(page, path);
        await check(page, root, path);
    }
}

/* The data of so many names are worth deflating. */
const manyNames = Array.from({length: 900}, (_, i) => `main;f${i % 30};\u{1F525}name-${i} ${i + 1}\n`).join("");

export default {
    "shows every child with its share, down to the leaves": onPage(file(), async page => {
        for (const seed of [1, 2, 3, 4, 5]) {
            await descend(page, profile, seed);
            await unzoom(page);
        }
    }),

    "the same upside down": onPage(file("--inverted"), page => descend(page, profile, 6)),

    "frames too narrow for the picture appear": onPage(file(), async page => {
        const before = withPaths(await frames(page));
        const known = new Set(before.map(frame => frame.path.join(";")));
        const wide = before.filter(frame => frame.path.length === 3).sort((a, b) => a.width - b.width)[0];
        await click(page, wide.n);
        const fresh = withPaths(await frames(page)).filter(frame => !known.has(frame.path.join(";")));
        assert.ok(fresh.length > 0);
    }),

    "Reset Zoom puts the picture back": onPage(file(), async page => {
        const before = await contents(page);
        const size = await page.locator("svg").getAttribute("viewBox");
        assert.equal(await isShown(page, "unzoom"), false);
        await click(page, (await frames(page))[30].n);
        assert.equal(await isShown(page, "unzoom"), true);
        assert.notDeepEqual(await contents(page), before);
        await unzoom(page);
        assert.deepEqual(await contents(page), before);
        assert.equal(await page.locator("svg").getAttribute("viewBox"), size);
        assert.equal(await isShown(page, "unzoom"), false);
    }),

    "a zoom and back leaves the height as it is, whatever is too narrow to be drawn": onPage(() => render("dust",
        "a;b 1000000\na;b;c 500\na;b;c;d 20\n"), async page => {
        const height = await page.locator("svg").getAttribute("height");
        await click(page, (await frames(page)).find(frame => frame.name === "b").n);
        await unzoom(page);
        assert.equal(await page.locator("svg").getAttribute("height"), height);
    }),

    "a click on a faded ancestor zooms out to it": onPage(file(), async page => {
        const deep = withPaths(await frames(page)).find(frame => frame.path.length === 5 && frame.width > 20);
        await click(page, deep.n);
        await zoomTo(page, deep.path.slice(0, 2));
        await check(page, profile, deep.path.slice(0, 2));
        await zoomTo(page, []);
        assert.equal(await isShown(page, "unzoom"), false);
    }),

    "a zoom leaves the bar as it is": onPage(file(), async page => {
        const place = () => page.locator("#search").boundingBox();
        const before = await place();
        await click(page, (await frames(page)).find(frame => frame.name !== "all" && frame.width > 20).n);
        assert.equal(await isShown(page, "unzoom"), true);
        assert.deepEqual(await place(), before);
    }, "", {viewport: {width: 400, height: 700}}),

    "the picture grows where a zoomed stack is higher": async () => {
        // the spike is a hundredth of a pixel high up in the picture, where it is not drawn
        const spike = "a;z 100000\na;m 500\na;m" + Array.from({length: 50}, (_, i) => ";f" + i).join("") + " 2\n";
        for (const options of [[], ["--inverted"]]) {
            await onPage(() => render("spike", spike, ...options), async page => {
                const height = Number(await page.locator("svg").getAttribute("height"));
                await click(page, (await frames(page)).find(frame => frame.name === "m").n);
                await check(page, parse(spike), ["a", "m"]);
                assert.equal(Number(await page.locator("svg").getAttribute("height")), height + 16 * 50);
                const drawn = await page.locator("#frames").boundingBox();
                near(drawn.y, 36 + (await page.locator(".panel.bar").boundingBox()).height, 2, "upper edge");
                near(drawn.height, 16 * 53, 3, "height");
                near((await page.locator("#details").boundingBox()).y, drawn.y + drawn.height + 12, 12, "details");
            })();
        }
    },

    "weight of --total and --factor": onPage(file("--total=1000000", "--factor=2.5"), async page => {
        const before = new Map(withPaths(await frames(page)).map(frame => [frame.path.join(";"), frame.title]));
        const wide = withPaths(await frames(page)).find(frame => frame.path.length === 3 && frame.width > 20);
        await click(page, wide.n);
        const both = withPaths(await frames(page)).filter(frame => before.has(frame.path.join(";")));
        assert.ok(both.length > 3);
        for (const frame of both)
            assert.equal(frame.title, before.get(frame.path.join(";")));
    }),

    "a made title equals the picture's for every frame": onPage(file("--elements=all"), async page => {
        // with all elements the picture has titles of narrow frames too; zoomed views without them make the same
        const titles = new Map(withPaths((await frames(page)).filter(frame => frame.width > 0.5))
            .map(frame => [frame.path.join(";"), frame.title]));
        for (const [path, text] of titles)
            assert.equal(text, title(find(profile, path ? path.split(";") : []), profile));
    }),

    "weights beyond 32 bit": async () => {
        const big = "a;b 9007199254740000\na;c 4503599627370000\na;c;d 1\n";
        await onPage(() => render("big", big), async page => {
            const c = (await frames(page)).find(frame => frame.name === "c");
            await click(page, c.n);
            const shown = await frames(page);
            assert.equal(shown.find(frame => frame.parent && frame.name === "a").title,
                "a (13,510,798,882,110,001 samples, 100.00%)");
            near(shown.find(frame => frame.name === "c").width, 1180, 0.1, "width");
        })();
    },

    "decimal weights": onPage(() => render("decimals", "a;b 0.25\na;c 0.5\na;c;d 1234.000001\n"), async page => {
        const before = await frames(page);
        await click(page, before.find(frame => frame.name === "c").n);
        const shown = await frames(page);
        for (const frame of shown)
            assert.equal(frame.title, before.find(other => other.name === frame.name).title);
        assert.equal(shown.find(frame => frame.name === "d").title, "d (1,234.000001 samples, 99.94%)");
    }),

    "a flame chart keeps the order of time, and its gaps": async () => {
        const chart = "a;b 10\na 30\na;b 20\na;c;d 5\na;c 25\nz 10\n";
        await onPage(() => render("chart", chart, "--flamechart"), async page => {
            const before = (await frames(page)).filter(frame => frame.x !== 10 || frame.y < 100);
            const a = before.find(frame => frame.name === "a");
            await click(page, a.n);
            const shown = await frames(page);
            for (const name of ["b", "c", "d"]) {
                const places = list => list.filter(frame => frame.name === name);
                const was = places(before), is = places(shown);
                assert.equal(is.length, was.length);
                is.forEach((frame, i) => {
                    near(frame.x - 10, (was[i].x - a.x) * 100 / 90, 0.2, `x of ${name}`);
                    near(frame.width, was[i].width * 100 / 90, 0.2, `width of ${name}`);
                });
            }
        })();
    },

    "links keep their attributes, and ctrl-click zooms": async () => {
        const attributes = write("names.attr", "b\thref=https://example.org/b\ttitle=the title\n");
        await onPage(() => render("links", "a;b;c 10\na;d;b 10\n", `--nameattr=${attributes}`), async page => {
            const b = (await frames(page)).find(frame => frame.title === "the title");
            await page.locator(`[data-n="${b.n}"] rect`).click({modifiers: ["Control"]});
            await settled(page);
            const link = page.locator(`a[data-n="${b.n}"]`);
            assert.equal(await link.getAttribute("xlink:href"), "https://example.org/b");
            assert.equal(await link.locator("title").textContent(), "the title");
            await link.locator("rect").hover();
            assert.ok((await text(page, "details")).startsWith("Function: b (10 samples, 50.00%) "));
            assert.equal(Number(await link.locator("rect").getAttribute("width")), 1180);
        })();
    },

    "the state is in the address, and read from it": async () => {
        const svg = file()();
        let address, before, path;
        await onPage(() => svg, async page => {
            path = (await descend(page, profile, 8)).slice(0, 4);
            await zoomTo(page, path);
            before = await contents(page);
            address = await searchOf(page);
        })();
        assert.match(address, /^\?x=[\d.]+&y=[\d.]+$/);
        await onPage(() => svg, async page => {
            assert.deepEqual(await contents(page), before);
            await unzoom(page);
            assert.equal(await searchOf(page), "");
        }, address)();
    },

    "x and y of a frame in the picture, as flamegraph.pl's links have them": async () => {
        const svg = file()();
        let wanted;
        await onPage(() => svg, async page => {
            wanted = withPaths(await frames(page)).find(frame => frame.path.length === 4 && frame.width > 10);
        })();
        await onPage(() => svg, async page => {
            await check(page, profile, wanted.path);
        }, `?x=${wanted.x.toFixed(1)}&y=${wanted.y.toFixed(1)}`)();
    },

    "an address that means nothing is ignored": onPage(file(), async page => {
        assert.equal(await isShown(page, "unzoom"), false);
    }, "?x=abc&y=-5&s="),

    "details tell the frame under the pointer": onPage(file(), async page => {
        const frame = (await frames(page)).find(other => other.width > 30 && other.name !== "all");
        await page.locator(`[data-n="${frame.n}"] rect`).hover();
        assert.ok((await text(page, "details")).startsWith("Function: " + frame.title));
        await page.mouse.move(600, 5);
        assert.equal((await text(page, "details")).trim(), "");
    }),

    "details tell merged frames too": onPage(file(), async page => {
        const spot = await page.evaluate(() => {
            const path = document.querySelector("#slivers > path"), point = path.getPointAtLength(1);
            const {x, y} = point.matrixTransform(path.getScreenCTM());
            return [x, y];
        });
        await page.mouse.move(...spot);
        assert.equal(await page.evaluate(([x, y]) => document.elementFromPoint(x, y).getAttribute("cursor"), spot), "pointer");
        assert.match(await text(page, "details"), /^Function: \S+ \([\d,]+ samples, 0\.\d\d%\) /);
    }),

    "details tell samples beside weights, where both are known": async () => {
        const sample = (period, name) => `app 7 [0] 1.000001: ${period} cycles:\n\t10 ${name} (/bin/app)\n\t20 main (/bin/app)\n\n`;
        const told = {
            differing: [sample(10, "a") + sample(20, "a") + sample(70, "b"), "a (30 cycles, 30.00%), 2 samples"],
            equal: [sample(5000, "a") + sample(5000, "a") + sample(5000, "b"), "a (10,000 cycles, 66.67%), 2 samples"],
            plain: ["main;a 2\nmain;b 1\n", "a (2 samples, 66.67%)"],
        };
        for (const [name, [input, wanted]] of Object.entries(told)) {
            const file = flamectl(`samples-${name}.svg`, "render", write(`samples-${name}.txt`, input));
            await onPage(() => file, async page => {
                const frame = (await frames(page)).find(other => other.name === "a");
                await page.locator(`[data-n="${frame.n}"] rect`).hover();
                assert.ok((await text(page, "details")).startsWith("Function: " + wanted + " \u2013 "));
            })();
        }
    },

    "what is drawn from deflated data is what is drawn from plain": async () => {
        const views = [];
        for (const compress of ["auto", "no"]) {
            const file = render("compress-" + compress, manyNames, "--compress=" + compress);
            assert.equal(fs.readFileSync(file, "utf8").includes("data-deflated"), compress === "auto");
            await onPage(() => file, async page => {
                await click(page, (await frames(page)).find(frame => frame.name === "f7").n);
                views.push(await frames(page));
            })();
        }
        assert.ok(views[0].filter(frame => frame.name.startsWith("\u{1F525}name-")).length > 25);
        assert.deepEqual(views[0], views[1]);
    },
};
