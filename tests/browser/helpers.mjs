/* Makes pictures with flamectl, shows them in Chromium, and reads what is on show. */
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import fs from "node:fs";
import {createRequire} from "node:module";
import path from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";

export const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const folder = path.join(top, "build/tests/browser");
export const program = path.resolve(process.env.FLAMECTL || path.join(top, "flamectl"));
const names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const {LATE, THROTTLE} = process.env;
let browser;
let complaints = [];

export async function start() {
    const require = createRequire(path.join(top, "build/"));
    const {chromium} = require("playwright-core");
    fs.rmSync(folder, {recursive: true, force: true});
    fs.mkdirSync(folder, {recursive: true});
    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM || names.find(name => fs.existsSync(name)),
        args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
}

export async function close() {
    await browser.close();
}

export function write(name, bytes) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    return file;
}

/* Runs flamectl and returns the file it wrote. */
export function flamectl(name, ...args) {
    const file = path.join(folder, name);
    execFileSync(program, [...args, "-q", "-o", file], {stdio: ["ignore", "pipe", "pipe"]});
    return file;
}

export function render(name, folded, ...options) {
    return flamectl(name + ".svg", "render", write(name + ".folded", folded), ...options);
}

export async function newPage(options = {}) {
    const page = await browser.newPage({viewport: {width: 1200, height: 900}, ...options});
    if (LATE)
        await page.addInitScript(late, Number(LATE));
    if (THROTTLE)
        await (await page.context().newCDPSession(page)).send("Emulation.setCPUThrottlingRate", {rate: Number(THROTTLE)});
    return page;
}

/* Whatever a page puts off is done so many ms later still. */
function late(ms) {
    const {setTimeout, requestAnimationFrame} = window;
    window.setTimeout = (action, wait = 0) => setTimeout.call(window, action, wait + ms);
    window.requestAnimationFrame = action => requestAnimationFrame.call(window, time => setTimeout.call(window, action, ms / 2, time));
}

/* Waits until the scripts of all pictures in a page, or a frame of one, have their data and are at rest. */
export async function live(page) {
    const pictures = page.locator("svg.flamectl", {has: page.locator("script")});
    for (let i = await pictures.count() - 1; i >= 0; i--)
        await page.locator("svg.flamectl.live").nth(i).waitFor({state: "attached"});
    await settled(page);
}

/* Opens a page; what it complains about is asked for by clean(). Where a policy forbids scripts, `scripts` is
 * false. */
export async function open(file, query = "", {scripts = true, ...options} = {}) {
    const page = await newPage(options);
    complaints = [];
    page.on("console", message => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", error => complaints.push(error.stack));
    page.setDefaultTimeout(30000);
    await page.goto(pathToFileURL(file) + query);
    if (scripts && options.javaScriptEnabled !== false)
        await live(page);
    return page;
}

/* Closes a page, on whose console nothing may have been said. */
export async function clean(page) {
    await page.close();
    assert.deepEqual(complaints, []);
}

/* What the page opened last has said so far. */
export function browserComplaints() {
    return complaints;
}

/* Runs a test on a page of its own. */
export function onPage(file, test, query = "", options = {}) {
    return async function () {
        const page = await open(file(), query, options);
        await test(page);
        await clean(page);
    };
}

/* Until all is done that the script puts off until after a paint: most elements, buttons, counts, the address. */
export function settled(page) {
    return page.waitForSelector('svg.flamectl[aria-busy="true"]', {state: "detached"}); // no policy forbids it
}

/* What the address says of the view. */
export async function searchOf(page) {
    await settled(page);
    return page.evaluate(() => location.search);
}

/* The frames on show: {n, name, title, x, y, width, fill, text, parent, match}, in document order. */
export async function frames(page) {
    await settled(page);
    return page.evaluate(() => Array.from(document.querySelectorAll("#frames > *"), group => {
        const [title, rect, text] = group.children;
        const number = name => Number(rect.getAttribute(name));
        return {
            n: Number(group.dataset.n), title: title.textContent,
            name: title.textContent.replace(/ \([^()]*\)$/, ""),
            x: number("x"), y: number("y"), width: number("width"), height: number("height"),
            fill: rect.getAttribute("fill"), text: text.textContent,
            parent: group.classList.contains("parent"), match: rect.classList.contains("match"),
        };
    }));
}

export async function text(page, id) {
    await settled(page);
    return page.locator("#" + id).textContent();
}

/* Whether the element with this id can be seen; the page may be a frame of one. */
export async function isShown(page, id) {
    await settled(page);
    return page.locator("#" + id).isVisible();
}

export async function unzoom(page) {
    await page.locator("#unzoom").click();
    await settled(page);
}

export async function press(page, key) {
    await page.keyboard.press(key);
    await settled(page);
}

/* Clicks at a frame's left end, where nothing else is however narrow it is. */
export async function click(page, n) {
    await page.locator(`#frames > [data-n="${n}"] > rect`).click();
    await settled(page);
}

/* Gives every frame on show its path (names from the root's child to itself), told from where the boxes
 * stand alone. */
export function withPaths(shown) {
    const levels = new Map();
    for (const frame of shown)
        levels.set(frame.y, [...(levels.get(frame.y) || []), frame]);
    const ys = [...levels.keys()].sort((a, b) => b - a);
    const root = shown.find(frame => frame.name === "all");
    if (root.y !== ys[0])
        ys.reverse();
    root.path = [];
    for (let level = 1; level < ys.length; level++) {
        for (const frame of levels.get(ys[level])) {
            const middle = frame.x + frame.width / 2;
            const below = levels.get(ys[level - 1])
                .find(other => other.x <= middle && middle <= other.x + other.width);
            assert.ok(below, `${frame.title} stands on nothing`);
            frame.path = [...below.path, frame.name];
        }
    }
    return shown;
}

export function near(actual, expected, tolerance, what) {
    assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}
