/* The picture of every golden case wherever pictures are put: the same everywhere, and nobody complains. */
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import {browserComplaints, clean, live, open, program, render, settled, top, write} from "./helpers.mjs";

const parts = ["script", "style"];
const part = name => new RegExp(`<${name}><!\\[CDATA\\[([^]*?)\\]\\]></${name}>`);
const inner = svg => svg.replace(/^<\?xml.*?\?>\s*/, "");
const policy = () => execFileSync(program, ["render", "--csp-hash"], {encoding: "utf8"}).trim();

/* {name, svg} of each case. In the expected output stand names in place of script and style. */
function pictures() {
    const any = fs.readFileSync(render("any", "a 1\n"), "utf8");
    const found = [];
    for (const folder of ["render", "diff"].map(name => path.join(top, "tests/golden", name))) {
        for (const file of fs.readdirSync(folder, {recursive: true}).filter(name => name.endsWith(".out")).sort()) {
            let svg = fs.readFileSync(path.join(folder, file), "utf8");
            if (!svg.includes("<svg "))
                continue;
            for (const name of parts)
                svg = svg.replace(`[flamegraph.${name}]`, () => any.match(part(name))[0].slice(name.length + 2,
                    -name.length - 3));
            found.push({name: path.basename(folder) + "/" + file, svg});
        }
    }
    assert.ok(found.length > 40, `${found.length} pictures`);
    return found;
}

/* Processes of their own make sandboxes slow. */
const everyEighth = () => pictures().filter((_, i) => i % 8 === 0);

const page = (name, body) => write(name, `<!DOCTYPE html><html><head><meta charset="utf-8">` +
    `<style>body { margin: 0 }</style></head><body>${body}</body></html>`);

const attribute = text => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");

/* Opens a page that shows nothing but what its policy allows; the page's own style is of no matter. */
async function underPolicy(name, content, body, test, options) {
    const meta = `<meta http-equiv="Content-Security-Policy" content="${content}">`;
    const file = write(name, `<!DOCTYPE html><html><head><meta charset="utf-8">${meta}</head><body>${body}</body></html>`);
    const opened = await open(file, "", options);
    await test(opened);
    await opened.close();
}

/* The frames of each picture in a page: titles, levels and colours. A script fits widths to the page. */
const drawn = opened => settled(opened).then(() => opened.evaluate(() =>
    Array.from(document.querySelectorAll("svg.flamectl"), svg => Array.from(svg.querySelectorAll("#frames > *"), group =>
        group.children[0].textContent + ["y", "fill"].map(name => group.children[1].getAttribute(name)).join()))));

/* The same from the file, read as XML. */
const written = (opened, svgs) => opened.evaluate(svgs => svgs.map(text => {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    return Array.from(svg.querySelectorAll("#frames > *"), group =>
        group.children[0].textContent + ["y", "fill"].map(name => group.children[1].getAttribute(name)).join());
}), svgs);

/* How many of a picture's boxes an image of it shows in their colour, and how many there are. */
const boxesShown = (opened, svg, image) => opened.evaluate(async ([svg, image]) => {
    const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    const element = new Image();
    element.src = image || "data:image/svg+xml," + encodeURIComponent(svg);
    await element.decode();
    const canvas = new OffscreenCanvas(element.naturalWidth, element.naturalHeight).getContext("2d");
    canvas.drawImage(element, 0, 0);
    const pixels = canvas.getImageData(0, 0, element.naturalWidth, element.naturalHeight).data;
    const boxes = Array.from(root.querySelectorAll("#frames rect"), rect => ({
        x: Number(rect.getAttribute("x")), y: Number(rect.getAttribute("y")) + Number(rect.getAttribute("height")),
        width: Number(rect.getAttribute("width")), fill: rect.getAttribute("fill").match(/\d+/g).map(Number),
    })).filter(box => box.width >= 8 && box.y < element.naturalHeight - 2);
    const right = boxes.filter(box => {
        const at = 4 * ((Math.round(box.y) - 2) * element.naturalWidth + Math.round(box.x + box.width) - 3);
        return box.fill.every((value, i) => Math.abs(value - pixels[at + i]) < 12);
    });
    return {right: right.length, all: boxes.length, width: element.naturalWidth,
        wantedWidth: parseInt(root.getAttribute("width")), wantedHeight: parseInt(root.getAttribute("height")),
        height: element.naturalHeight};
}, [svg, image]);

function checkBoxes(shown, name) {
    assert.ok(shown.all > 0 && shown.right === shown.all, `${name}: ${shown.right} of ${shown.all} boxes`);
}

/* Opens a page that shows golden-0.svg, golden-1.svg, ... in frames. */
async function checkFrames(file, wanted) {
    const opened = await open(file);
    const inside = opened.frames().filter(frame => frame !== opened.mainFrame());
    assert.equal(inside.length, wanted.length);
    for (const frame of inside) {
        await live(frame);
        const {name, svg} = wanted[Number(/golden-(\d+)/.exec(frame.url())[1])];
        assert.deepEqual(await drawn(frame), await written(opened, [svg]), name);
    }
    await clean(opened);
}

export default {
    "each golden picture opened as a file": async () => {
        for (const {name, svg} of pictures()) {
            const opened = await open(write("golden.svg", svg));
            const [shown] = await drawn(opened);
            assert.deepEqual([shown], await written(opened, [svg]), name);
            await clean(opened);
        }
    },

    "each as <img>: complete without its script": async () => {
        const opened = await open(page("img.html", ""));
        for (const {name, svg} of pictures()) {
            const shown = await boxesShown(opened, svg);
            checkBoxes(shown, name);
            assert.deepEqual([shown.width, shown.height], [shown.wantedWidth, shown.wantedHeight]);
        }
        await clean(opened);
    },

    "each in <object>": async () => {
        const all = pictures();
        const objects = all.map(({svg}, i) =>
            `<object data="${path.basename(write(`golden-${i}.svg`, svg))}" type="image/svg+xml" width="1200"></object>`);
        await checkFrames(page("objects.html", objects.join("\n")), all);
    },

    "some in <iframe sandbox>, with scripts": async () => {
        const some = everyEighth();
        const boxes = some.map(({svg}, i) =>
            `<iframe sandbox="allow-scripts" src="${path.basename(write(`golden-${i}.svg`, svg))}" width="1200"></iframe>`);
        await checkFrames(page("sandboxes.html", boxes.join("\n")), some);
    },

    "some in <iframe sandbox>, without": async () => {
        for (const {name, svg} of everyEighth()) {
            const [, width, height] = /<svg [^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg).map(Number);
            const box = `<iframe sandbox src="${path.basename(write("still.svg", svg))}" width="${width}" ` +
                `height="${height}" style="border: 0; display: block"></iframe>`;
            const opened = await open(page("sandbox.html", box));
            const shot = await opened.screenshot({clip: {x: 0, y: 0, width, height}, fullPage: true});
            checkBoxes(await boxesShown(opened, svg, "data:image/png;base64," + shot.toString("base64")), name);
            await opened.close();
            assert.ok(browserComplaints().every(line => line.includes("sandbox")), "a script is blocked, no more");
        }
    },

    "a page's rules for texts of its own leave the labels alone": async () => {
        const body = `<style>text { font-size: 30px }</style>${inner(fs.readFileSync(render("rules", "main;f 9\n"), "utf8"))}`;
        const opened = await open(page("rules.html", body));
        assert.equal(await opened.locator('[data-n="1"] text').evaluate(text => getComputedStyle(text).fontSize), "12px");
        await clean(opened);
    },

    "all twice in one page": async () => {
        const svgs = pictures().flatMap(({svg}) => [svg, svg]);
        const opened = await open(page("twice.html", svgs.map(inner).join("\n")));
        assert.deepEqual(await drawn(opened), await written(opened, svgs));
        const grounds = await opened.evaluate(() => Array.from(document.querySelectorAll("svg.flamectl"), svg => {
            const name = svg.querySelector(":scope > rect").getAttribute("fill").slice(4, -1);
            return document.querySelector(name).innerHTML === svg.querySelector("linearGradient").innerHTML;
        }));
        assert.ok(grounds.every(Boolean), "backgrounds");
        await clean(opened);
    },

    "all under a policy that allows only what --csp-hash prints": async () => {
        const svgs = pictures().map(({svg}) => svg);
        await underPolicy("allowed.html", attribute(`default-src 'none'; ${policy()}`), svgs.map(inner).join("\n"),
            async opened => assert.equal((await drawn(opened)).length, svgs.length));
        assert.deepEqual(browserComplaints(), []);
    },

    "all under a policy that forbids scripts and styles: the picture, and nothing to press": async () => {
        const svgs = pictures().map(({svg}) => svg);
        await underPolicy("forbidden.html", "default-src 'none'", svgs.map(inner).join("\n"), async opened => {
            assert.deepEqual(await drawn(opened), await written(opened, svgs));
            for (const id of ["unzoom", "search", "ignorecase"])
                assert.equal(await opened.locator(`#${id}:visible`).count(), 0, id);
        }, {scripts: false});
        assert.ok(browserComplaints().every(line => line.includes("Content Security Policy")));
    },
};
