/* Zoomed views of a comparison of two inputs. */
import assert from "node:assert/strict";
import {click, flamectl, frames, near, onPage, press, render, unzoom, withPaths, write} from "./helpers.mjs";
import {commas, find, functions, parse, random} from "./folded.mjs";

const before = random(3000, 5), after = random(3000, 5).replace(/ (\d+)$/gm, (_, count) => ` ${count % 7 ? count : 3 * count}`)
    .replace(/poll/g, "select");
const file = (...options) => () => flamectl("compare.svg", "diff", write("before.folded", before),
    write("after.folded", after), ...options);

function title(path) {
    const [old, now] = [find(parse1(before), path), find(parse1(after), path)];
    const total = parse1(after).total;
    const change = 100 * (now.total - (old ? old.total : 0)) / total;
    const share = path.length ? (100 * now.total / total).toFixed(2) : "100";
    return `${now.name} (${commas(now.total)} samples, ${share}%; ${change > 0 ? "+" : ""}${change.toFixed(2)}%` +
        `${old ? "" : ", new"})`;
}

/* In a layout: what titles tell, and how wide a frame is, from both files. */
function inLayout(layout, path) {
    const [old, now] = [find(parse1(before), path), find(parse1(after), path)];
    const shown = layout === "before" ? parse1(before) : parse1(after);
    const weight = (find(shown, path) || {total: 0}).total;
    const change = 100 * ((now ? now.total : 0) - (old ? old.total : 0)) / parse1(after).total;
    const share = path.length ? (100 * weight / shown.total).toFixed(2) : "100";
    return {
        title: `${(old || now).name} (${commas(weight)} samples, ${share}%; ${change > 0 ? "+" : ""}${change.toFixed(2)}%` +
            `${!old ? ", new" : !now ? ", gone" : ""})`,
        width: layout === "union" ? larger(old, now) : weight,
        fate: !old ? "new" : !now ? "gone" : "",
    };
}

function larger(old, now) {
    const children = node => (node ? node.children : new Map());
    let sum = Math.max(old ? old.self : 0, now ? now.self : 0);
    for (const name of new Set([...children(old).keys(), ...children(now).keys()]))
        sum += larger(children(old).get(name), children(now).get(name));
    return sum;
}

const marks = page => page.evaluate(() => Object.fromEntries(Array.from(document.querySelectorAll("#frames > *"), group => {
    const rect = group.querySelector("rect");
    return [group.dataset.n, rect.hasAttribute("stroke-dasharray") ? "new" : rect.hasAttribute("stroke") ? "gone" : ""];
})));

async function checkLayout(page, layout) {
    const check = async (root, above) => {
        const shown = withPaths(await frames(page)), fates = await marks(page);
        const whole = inLayout(layout, root).width;
        for (const frame of shown) {
            const {title, width, fate} = inLayout(layout, frame.path);
            assert.equal(frame.title, title);
            assert.equal(fates[frame.n], fate, frame.title);
            if (frame.path.length >= above)
                near(frame.width, 1180 * width / whole, 0.21, frame.title);
        }
        return shown;
    };
    const shown = await check([], 0);
    const wanted = {after: ["new"], before: ["gone"], union: ["gone", "new"]}[layout];
    assert.deepEqual([...new Set(Object.values(await marks(page)))].sort(), ["", ...wanted]);
    const wide = shown.filter(frame => frame.path.length === 3 && frame.title.includes(wanted[0]));
    for (const frame of wide.sort((a, b) => b.width - a.width).slice(0, 2)) {
        await click(page, frame.n);
        await check(frame.path, frame.path.length);
        await unzoom(page);
    }
}

const parsed = new Map();
function parse1(text) {
    if (!parsed.has(text))
        parsed.set(text, parse(text));
    return parsed.get(text);
}

async function checkZoom(page, check) {
    const shown = withPaths(await frames(page));
    const known = new Map(shown.map(frame => [frame.path.join(";"), frame]));
    const wide = shown.filter(frame => frame.path.length === 3).sort((a, b) => b.width - a.width).slice(1, 4);
    for (const frame of wide) {
        await click(page, frame.n);
        for (const zoomed of withPaths(await frames(page)))
            check(zoomed, known.get(zoomed.path.join(";")));
        await unzoom(page);
    }
}

export default {
    "titles tell the change, as computed from both files": onPage(file(), page =>
        checkZoom(page, (zoomed, still) => {
            assert.equal(zoomed.title, title(zoomed.path));
            if (still)
                assert.equal(zoomed.fill, still.fill);
        })),

    "the table tells how functions have changed, the most first": onPage(file(), async page => {
        await press(page, "t");
        const rows = await page.evaluate(() => Array.from(document.querySelectorAll("tbody tr"), row =>
            [row.children[3].textContent, row.children[0].title, row.children[0].textContent]));
        const olds = functions(before), nows = functions(after), all = new Set([...olds.keys(), ...nows.keys()]);
        const change = name => (nows.get(name) || [0])[0] - (olds.get(name) || [0])[0];
        assert.equal(rows.length, Math.min(200, all.size));
        for (const [name, title, points] of rows) {
            const share = 100 * change(name) / parse1(after).total;
            assert.equal(title.replace(/[^-\d]/g, ""), String(change(name)), name);
            assert.equal(points, `${share > 0 ? "+" : ""}${share.toFixed(2)}%`, name);
        }
        const sizes = rows.map(([name]) => Math.abs(change(name)));
        assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
        assert.equal(rows.some(([name]) => !nows.has(name)), true); // what is gone is told, too
    }),

    "--negate turns sign and hue alike in both": onPage(file("--negate"), page =>
        checkZoom(page, (zoomed, still) => {
            if (still)
                assert.deepEqual([zoomed.title, zoomed.fill], [still.title, still.fill]);
        })),

    "two columns of one file": onPage(() => render("columns", "a;b 10 20\na;b;c 5 0\na;d 7 7\na;d;e 0 30\n"), async page => {
        const still = await frames(page);
        await click(page, still.find(frame => frame.name === "d").n);
        for (const zoomed of await frames(page)) {
            const before = still.find(frame => frame.name === zoomed.name);
            assert.deepEqual([zoomed.title, zoomed.fill], [before.title, before.fill]);
        }
    }),

    "callers have the colour that the picture gives to their change": async () => {
        // f is 300 less below a and 100 less below b, g 400 more, h as it was
        const svg = flamectl("changes.svg", "diff", write("changes-before.folded", "a;f 400\nb;f 200\nb;g 100\nc;h 300\n"),
            write("changes-after.folded", "a;f 100\nb;f 100\nb;g 500\nc;h 300\n"));
        await onPage(() => svg, async page => {
            const hue = ({fill}) => {
                const [red, , blue] = fill.match(/\d+/g).map(Number);
                return Math.sign(red - blue);
            };
            const still = Object.fromEntries((await frames(page)).map(frame => [frame.name, hue(frame)]));
            assert.deepEqual([still.a, still.b, still.c], [-1, 1, 0]);
            await press(page, "r");
            for (const frame of withPaths(await frames(page)).filter(one => one.path.length))
                assert.equal(hue(frame), {f: -1, g: 1, h: 0}[frame.path[0]], frame.path.join(";"));
        })();
    },

    "after as wide as it is": onPage(file(), page => checkLayout(page, "after")),
    "before as wide as it is": onPage(file("--layout=before"), page => checkLayout(page, "before")),
    "a union has room for both": onPage(file("--layout=union"), page => checkLayout(page, "union")),
};
