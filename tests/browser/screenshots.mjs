/* Makes the pictures of the viewer that the README shows, from the recordings in examples/.
 *
 *   node tests/browser/screenshots.mjs */
import path from "node:path";
import {close, flamectl, open, start, top} from "./helpers.mjs";

const example = name => path.join(top, "examples", name);
const demo = () => flamectl("demo.svg", "render", "--group-threads", "--title=A small server", example("demo.perf.txt"));
const diff = () => flamectl("diff.svg", "diff", example("before.folded"), example("after.folded"));

/* Name, picture, address, colour scheme, and where the pointer rests. */
const shots = [
    ["viewer-light", demo, "", "light", "handle_report"],
    ["viewer-dark", demo, "?s=parse&s=sort", "dark"],
    ["viewer-inverted", demo, "?icicle=true", "light"],
    ["viewer-table", demo, "?view=table", "light"],
    ["viewer-callers", demo, "?view=sandwich&frame=handle_report", "dark"],
    ["viewer-diff", diff, "?layout=union", "light"],
];

await start();
for (const [name, picture, address, colorScheme, pointed] of shots) {
    const page = await open(picture(), address, {colorScheme, viewport: {width: 900, height: 560}});
    if (pointed)
        await page.locator("#frames > *", {hasText: pointed}).first().locator("rect").hover();
    const height = await page.evaluate(() => document.documentElement.getBoundingClientRect().height);
    await page.screenshot({path: example(`${name}.png`), clip: {x: 0, y: 0, width: 900, height: Math.min(560, Math.ceil(height))}});
    await page.close();
}
await close();
