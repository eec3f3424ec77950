/* Views that the page computes from the embedded tree, against the folded file and against flamectl itself. */
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {click, flamectl, frames, onPage, press, program, render, searchOf, text, withPaths, write} from "./helpers.mjs";
import {commas, find, functions, matched, parse, random} from "./folded.mjs";

const recursive = "main;f;g;f 7\nmain;f;h 5\nmain;g;f;f 3\nmain;g 2\nidle;f 1\nmain;h;g;x 4\n";
const folded = random(3000, 9) + recursive;
const profile = parse(folded);
const file = () => render("views", folded);

const reversed = () => execFileSync(program, ["collapse", "--reverse", write("reverse.folded", folded)], {encoding: "utf8"});

/* Every frame on show has the weight that the tree says; returns how many there are. */
async function checkTree(page, root, share = root.total) {
    const shown = withPaths(await frames(page));
    for (const frame of shown) {
        const node = find(root, frame.path);
        assert.ok(node, frame.path.join(";"));
        const percent = frame.path.length ? (100 * node.total / share).toFixed(2) : "100";
        assert.ok(frame.title.endsWith(` (${commas(node.total)} samples, ${percent}%)`), `${frame.title}: ${node.total}`);
    }
    return shown.length;
}

const rows = page => page.evaluate(() => Array.from(document.querySelectorAll("tbody tr"), row =>
    [row.children[2].textContent, ...[1, 0].map(i => Number(row.children[i].title.replace(/[^\d]/g, "")))]));

async function allRows(page) {
    for (let more = page.locator(".panel.table > button"); await more.isVisible();)
        await more.click();
    return rows(page);
}

export default {
    "the table has every function, recursion counted once": onPage(file, async page => {
        await press(page, "t");
        const told = await allRows(page), wanted = functions(folded);
        assert.equal(told.length, wanted.size);
        for (const [name, total, self] of told)
            assert.deepEqual([total, self], wanted.get(name), name);
        assert.deepEqual(told.map(row => row[1]), told.map(row => row[1]).sort((a, b) => b - a));
        await page.locator("th button", {hasText: "self"}).click();
        const bySelf = (await rows(page)).map(row => row[2]);
        assert.deepEqual(bySelf, [...bySelf].sort((a, b) => b - a));
        await press(page, "t");
        assert.ok(await checkTree(page, profile) > 50);
    }),

    "callers first is what collapse --reverse folds": onPage(file, async page => {
        const reverse = reversed();
        await press(page, "r");
        assert.ok(await checkTree(page, parse(reverse)) > 50);
        const f = (await frames(page)).find(frame => frame.name === "f");
        if (f)
            await click(page, f.n);
        assert.ok(await checkTree(page, parse(reverse)) > 0);
    }),

    "what takes long says so, and is left for another view": onPage(file, async page => {
        // presses keys, and clicks, while every look at the clock finds it a second later; returns what is told then
        const hurry = (keys, clicked) => page.evaluate(([keys, clicked]) => {
            let now = performance.now();
            performance.now = () => now += 1000;
            for (const key of keys)
                document.documentElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
            document.querySelector(`#frames > [data-n="${clicked}"] rect`)?.dispatchEvent(new MouseEvent("click", {bubbles: true}));
            delete performance.now;
            const root = document.documentElement;
            return [root.querySelector("#details").textContent, root.querySelector("[aria-pressed=true]")?.textContent,
                root.getAttribute("aria-busy")];
        }, [keys, clicked]);
        const first = await frames(page);
        assert.deepEqual(await hurry("r"), ["One moment \u2026", "Callers", "true"]);
        assert.ok(await checkTree(page, parse(reversed())) > 50);
        await press(page, "r");
        assert.equal((await hurry("rt"))[1], "Table");
        assert.equal((await rows(page)).length, 200);
        await press(page, "t");
        await hurry("rr");
        assert.deepEqual(await frames(page), first);
        await hurry("r", first.find(frame => frame.width < 600).n);
        await checkTree(page, profile);
    }),

    "callers and callees of a function, recursion once": onPage(() => render("sandwich", recursive), async page => {
        const total = functions(recursive).get("f")[0];
        // below: what f calls, from its outermost place on; above: who called it there
        const below = parse("f;g;f 7\nf;h 5\nf;f 3\nf 1\n"), above = parse("f;main 12\nf;g;main 3\nf;idle 1\n");
        for (const [selector, root] of [["#frames", below], [".frames", above]]) {
            const shown = await page.evaluate(selector => Array.from(document.querySelectorAll(`${selector} > *`), group =>
                group.querySelector("title").textContent), selector);
            const wanted = [];
            const visit = node => {
                for (const child of node.children.values()) {
                    const share = node === root ? "100" : (100 * child.total / total).toFixed(2);
                    wanted.push(`${child.name} (${child.total} samples, ${share}%)`);
                    visit(child);
                }
            };
            visit(root);
            assert.deepEqual(shown.sort(), wanted.sort());
        }
    }, "?view=sandwich&frame=f"),

    "a hidden function's callees go to its caller; dropped, all of it goes": onPage(() => render("hide", recursive), async page => {
        const without = recursive.replace(/;g(?=[; ])/g, "");
        const hover = async name => {
            const frame = (await frames(page)).find(other => other.name === name);
            await page.locator(`#frames > [data-n="${frame.n}"] rect`).hover();
        };
        await hover("g");
        await press(page, "h");
        await checkTree(page, parse(without));
        await press(page, "0");
        await checkTree(page, parse(recursive));
        await hover("g");
        await press(page, "Shift+H");
        await checkTree(page, parse("main;f;h 5\nidle;f 1\n"));
        const address = await searchOf(page);
        assert.equal(address, "?dropped=g");
        await page.goBack();
        await checkTree(page, parse(recursive));
    }),

    "upside down and back": onPage(file, async page => {
        const before = withPaths(await frames(page)).map(frame => frame.path.join(";") + frame.title);
        const top = Math.min(...(await frames(page)).map(frame => frame.y));
        await press(page, "i");
        const shown = await frames(page);
        assert.equal(shown.find(frame => frame.name === "all").y, top);
        assert.deepEqual(withPaths(shown).map(frame => frame.path.join(";") + frame.title), before);
        await press(page, "i");
        assert.deepEqual(withPaths(await frames(page)).map(frame => frame.path.join(";") + frame.title), before);
    }),

    "several terms, a colour each, every sample once": onPage(file, async page => {
        const terms = ["alloc", "_1\\d$", "READ"];
        await press(page, "/");
        for (const [i, term] of terms.entries()) {
            if (i)
                await page.locator(".tools button", {hasText: "+"}).click();
            await page.keyboard.type(term);
        }
        await press(page, "Control+i");
        const tests = terms.map(term => name => new RegExp(term, "i").test(name));
        const any = name => tests.some(test => test(name));
        assert.equal(await text(page, "matched"), `Matched: ${(100 * matched(profile, any) / profile.total).toFixed(1)}%`);
        let nodes = 0;
        const count = node => [...node.children.values()].forEach(child => {
            nodes += any(child.name);
            count(child);
        });
        count(profile);
        await page.waitForFunction(() => document.querySelector(".place").textContent);
        assert.equal(await page.locator(".place").textContent(), `${commas(nodes)} frames`);
        const marked = await page.evaluate(() => Array.from(document.querySelectorAll("#frames > *"), group =>
            [group.querySelector("title").textContent.replace(/ \([^()]*\)$/, ""), /\bm(\d)/.exec(group.querySelector("rect").getAttribute("class") || "")?.[1] || "0"]));
        for (const [name, mark] of marked.filter(([name]) => name !== "all"))
            assert.equal(Number(mark), tests.findIndex(test => test(name)) + 1, name);
        await press(page, "Enter");
        assert.match(await page.locator(".place").textContent(), new RegExp(`^1 of ${commas(nodes)} frames$`));
        const address = await searchOf(page);
        assert.deepEqual(new URLSearchParams(address).getAll("s"), terms);
    }),

    "literal text, when patterns are off": onPage(() => render("dots", "main;a.c 3\nmain;abc 1\n"), async page => {
        await press(page, "/");
        await page.keyboard.type("a.c");
        assert.equal(await text(page, "matched"), "Matched: 100%");
        await page.locator(".tools button", {hasText: ".*"}).click();
        assert.equal(await text(page, "matched"), "Matched: 75.0%");
    }),

    "the tooltip tells weights and shares": onPage(() => render("tip", "main;read;parse 30\nmain;read 10\nmain;write 60\n"),
        async page => {
            const at = name => frames(page).then(shown => shown.find(frame => frame.name === name).n);
            await click(page, await at("read"));
            await page.locator(`#frames > [data-n="${await at("parse")}"] rect`).hover();
            assert.equal(await page.locator(".panel.tip").innerText(), "parse\n(30 samples, 30.00%)\nself 30 samples, 30.00%\n" +
                "75.00% of zoomed read\n75.00% of parent read");
        }),

    "a stack is copied root first in all views": async () => {
        await onPage(() => render("stack", "main;read;parse;scan 30\nmain;write 5\n"), async page => {
            await page.evaluate(() => {
                navigator.clipboard ?? Object.defineProperty(navigator, "clipboard", {value: {}});
                navigator.clipboard.writeText = async text => document.documentElement.dataset.copied = text;
            });
            const copied = async name => {
                await page.locator(`#frames > *, .frames > *`, {hasText: name + " ("}).first().locator("rect").hover();
                await press(page, "C");
                return page.evaluate(() => document.documentElement.dataset.copied);
            };
            assert.equal(await copied("parse"), "main;read;parse");
            await press(page, "r");
            assert.equal(await copied("read"), "read;parse;scan");
            await page.locator("#frames > *", {hasText: "parse ("}).first().locator("rect").hover();
            await press(page, "s");
            assert.equal(await copied("scan"), "parse;scan");
            assert.equal(await copied("main"), "main;read;parse");
        })();
    },

    "callers are told as far as there is room": async () => {
        const names = Array.from({length: 6000}, (_, i) => "f" + i);
        const lines = names.map((_, i) => `${names.slice(0, i + 1).join(";")} 1\n`);
        await onPage(() => render("deep", lines.join("")), async page => {
            await press(page, "r");
            const note = /^Callers beyond (\d+) levels are not shown\.$/.exec(await text(page, "details"));
            assert.ok(Number(note[1]) > 1000 && Number(note[1]) < 1200, note[0]);
        }, "", {timeout: 60000})();
    },

    "back and forward go through the views": onPage(file, async page => {
        const look = async () => (await frames(page)).map(frame => frame.title).join();
        const first = await look();
        await click(page, (await frames(page))[10].n);
        const second = await look();
        await searchOf(page);
        await press(page, "r");
        await searchOf(page);
        await page.goBack();
        assert.equal(await look(), second);
        await page.goBack();
        assert.equal(await look(), first);
        await page.goForward();
        assert.equal(await look(), second);
    }),

    "an address of nonsense shows the picture": onPage(file, async page => {
        await checkTree(page, profile);
    }, "?view=sandwich&frame=nobody&hidden=%00&layout=x&icicle=&x=1e999&y=NaN"),

    "callers and callees say of which function": onPage(() => render("subject", "main;f;g 30\nmain;h 70\n"), async page => {
        await page.locator("#frames > *", {hasText: "f (30"}).locator("rect").hover();
        await press(page, "s");
        const subject = page.locator(".subject");
        assert.equal(await subject.textContent(), "Callers and callees of f: 30 samples, 30.00%");
        assert.ok(await subject.isVisible());
        await press(page, "0");
        assert.equal(await subject.textContent(), "");
    }),

    "long weights are told in a short form, too": async () => {
        const cases = [["ns", "80,808,080 ns, 100.00%), 80.81 ms", "self 80,808,080 ns, 100.00%, 80.81 ms"],
            ["bytes", "80,808,080 bytes, 100.00%), 80.81 MB", "self"], ["samples", "80,808,080 samples, 100.00%) \u2013 self", ""]];
        for (const [unit, whole, own] of cases)
            await onPage(() => render("units", "f 80808080\n", "--countname=" + unit), async page => {
                await page.locator('[data-n="1"] rect').hover();
                const told = await text(page, "details");
                assert.ok(told.includes(whole) && told.includes(own), told);
            })();
    },

    "the root is called all": onPage(file, async page => {
        assert.equal((await frames(page)).find(frame => frame.n === 0).text, "all");
    }),

    "a deep picture opens at its root, with the bar on the screen": async () => {
        const deep = () => render("deep", Array.from({length: 150}, (_, i) => "f" + i).join(";") + " 9\n");
        const look = page => page.evaluate(() => {
            const edges = element => { const {top, bottom} = element.getBoundingClientRect(); return [top, bottom]; };
            return {root: edges(document.querySelector('[data-n="0"] rect')), bar: edges(document.querySelector("#search")), scrollY};
        });
        await onPage(deep, async page => {
            const {root, bar, scrollY} = await look(page);
            assert.ok(scrollY > 1000 && root[0] > 0 && root[1] < 900, `root at ${root}`);
            await page.waitForTimeout(100);
            assert.ok(bar[0] >= 0 && bar[1] < 40, `bar at ${bar}`);
        })();
        await onPage(deep, async page => assert.equal((await look(page)).scrollY, 0), "?icicle=true")();
        await onPage(file, async page => assert.equal((await look(page)).scrollY, 0))();
    },

    "the menu of a frame does what it says": onPage(() => render("menu", "main;f 70\nmain;g;h 30\n"), async page => {
        await page.locator("#frames > *", {hasText: "g (30"}).locator("rect").click({button: "right"});
        const items = await page.locator(".menu button").allTextContents();
        assert.deepEqual([items[0], items.length], ["zoom", 6]);
        await page.locator(".menu button", {hasText: "hide the function"}).click();
        assert.deepEqual((await frames(page)).map(frame => frame.name).sort(), ["all", "f", "h", "main"]);
        assert.equal(await page.locator(".menu").count(), 0);
    }),

    "the legend of a comparison can be seen in the dark": onPage(
        () => flamectl("legend.svg", "diff", write("legend-a.folded", "m;f 10\nm;g 10\n"), write("legend-b.folded", "m;f 20\nm;g 10\n")),
        async page => {
            const fills = await page.locator("#legend text").evaluateAll(all => all.map(one => getComputedStyle(one).fill));
            assert.ok(fills.length >= 2 && fills.every(fill => fill === "rgb(228, 228, 228)"), fills.join());
        }, "", {colorScheme: "dark"}),
};
