/* How fast the viewer is: loads, zooms and searches pictures of call trees of three sizes.
 *
 *   node tests/browser/measure.mjs [FOLDED ...]
 *
 * load: navigation until two animation frames have passed. zoom and search: work is what the main thread does from
 * the event to the end of the paint, as the browser's trace has it; all is the time until two animation frames have
 * passed. Times are ms, medians of five, each on a page of its own. */
import fs from "node:fs";
import {pathToFileURL} from "node:url";
import {close, flamectl, newPage, start, write} from "./helpers.mjs";
import {recording} from "./folded.mjs";

const RUNS = 5;
const SIZES = [1000, 10000, 100000];

const median = list => list.sort((a, b) => a - b)[list.length >> 1];
const twoFrames = page => page.evaluate(() =>
    new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));

/* ms of the main thread's tasks from the event to the end of the paint that follows it, and the CPU time of it,
 * which is less where other programs run. */
function workOf(events) {
    const at = name => events.find(event => event.name === name && event.ph !== "E").ts;
    const begin = at("measure-begin"), end = at("measure-end");
    const main = events.find(event => event.name === "measure-begin");
    const inside = event => event.pid === main.pid && event.tid === main.tid && event.ts >= begin && event.ts <= end;
    const paint = Math.min(...events.filter(event => inside(event) && (event.name === "Commit" || event.name === "Layerize"))
        .map(event => event.ts + (event.dur || 0)));
    const tasks = events.filter(event => event.name === "RunTask" && event.pid === main.pid && event.tid === main.tid &&
        event.ts + event.dur >= begin && event.ts <= paint);
    const inTime = task => Math.min(task.ts + task.dur, paint) - Math.max(task.ts, begin);
    return {
        work: tasks.reduce((sum, task) => sum + inTime(task), 0) / 1000,
        cpu: tasks.reduce((sum, task) => sum + (task.tdur || 0) * inTime(task) / task.dur, 0) / 1000,
    };
}

/* Does something in the page, under the browser's trace. */
async function traced(page, client, action, argument) {
    const events = [];
    const keep = ({value}) => events.push(...value);
    client.on("Tracing.dataCollected", keep);
    await client.send("Tracing.start", {categories: "toplevel,devtools.timeline,disabled-by-default-devtools.timeline,blink.user_timing"});
    const all = await page.evaluate(async ([body, argument]) => {
        await new Promise(done => setTimeout(done, 300));
        const act = eval(body);
        const began = performance.now();
        performance.mark("measure-begin");
        act(argument);
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        const took = performance.now() - began;
        performance.mark("measure-end");
        return took;
    }, [action.toString(), argument]);
    const ended = new Promise(done => client.once("Tracing.tracingComplete", done));
    await client.send("Tracing.end");
    await ended;
    client.off("Tracing.dataCollected", keep);
    return {all, ...workOf(events)};
}

/* What goes on in the page, and not by Playwright's own scripts: their listeners would be measured too. */
const atRest = async () => {
    while (document.querySelector('[aria-busy="true"]'))
        await new Promise(done => setTimeout(done, 20));
};
const scrollTo = n => document.querySelector(`[data-n="${n}"]`).scrollIntoView({block: "center"});

/* The frame on the 4th level that is widest; who clicks on it has it on the screen. */
const pickWide = () => {
    const rects = [...document.querySelectorAll("#frames > * > rect")];
    const levels = [...new Set(rects.map(rect => Number(rect.getAttribute("y"))))].sort((a, b) => b - a);
    const width = rect => Number(rect.getAttribute("width"));
    return rects.filter(rect => Number(rect.getAttribute("y")) === levels[4])
        .sort((a, b) => width(b) - width(a))[0].parentNode.dataset.n;
};
const zoom = n => document.querySelector(`#frames > [data-n="${n}"] > rect`)
    .dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, view: window}));
const search = term => {
    const input = document.querySelector("input");
    input.value = term;
    input.dispatchEvent(new Event("input", {bubbles: true}));
};

async function measureOnce(svg, term) {
    const page = await newPage();
    const client = await page.context().newCDPSession(page);
    const began = performance.now();
    await page.goto(pathToFileURL(svg).href);
    await twoFrames(page);
    const load = performance.now() - began;
    await page.evaluate(atRest);
    await client.send("HeapProfiler.collectGarbage");
    const heap = (await client.send("Runtime.getHeapUsage"));
    const wide = await page.evaluate(pickWide);
    await page.evaluate(scrollTo, wide);
    const zoomed = await traced(page, client, zoom, wide);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+f");
    await page.evaluate(atRest);
    const searched = await traced(page, client, search, term);
    await page.close();
    return {load, heap: (heap.usedSize + (heap.backingStorageSize || 0)) / 1e6, zoomed, searched};
}

async function measure(name, folded) {
    const svg = flamectl(`${name}.svg`, "render", folded);
    const runs = [];
    for (let i = 0; i < RUNS; i++)
        runs.push(await measureOnce(svg, "alloc"));
    const of = pick => median(runs.map(pick)).toFixed(1).padStart(6);
    const times = key => `work ${of(run => run[key].work)} (CPU ${of(run => run[key].cpu)}), all ${of(run => run[key].all)}`;
    console.log(`${name}: ${(fs.statSync(svg).size / 1e6).toFixed(2)} MB  load ${of(run => run.load)}  ` +
        `zoom ${times("zoomed")}  search ${times("searched")}  heap ${of(run => run.heap)} MB`);
}

await start();
if (process.argv.length > 2)
    for (const file of process.argv.slice(2))
        await measure(file.replace(/.*\/|\.[^.]*$/g, ""), file);
else
    for (const size of SIZES)
        await measure(String(size), write(`${size}.folded`, recording(size)));
await close();
