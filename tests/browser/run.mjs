/* The viewer in a real browser. Prints a line a test: "ok NAME" or "not ok NAME: why".
 *
 *   node tests/browser/run.mjs [PART OF A NAME]
 *
 * FLAMECTL names the program (./flamectl), CHROMIUM the browser. LATE=200 makes pages late by so many ms with all
 * they put off, THROTTLE=6 the browser so many times slower: a test that fails then does not wait for what it
 * looks at. playwright-core is expected in build/node_modules. */
import {close, start} from "./helpers.mjs";

const parts = ["patterns", "picture", "zoom", "search", "keyboard", "places", "hostile", "compare", "views", "access", "embed", "touch"];
const wanted = process.argv[2] || "";
let failed = 0;

await start();
for (const part of parts) {
    const {default: tests} = await import(`./${part}.mjs`);
    for (const [name, run] of Object.entries(tests)) {
        const title = `${part}: ${name}`;
        if (!title.includes(wanted))
            continue;
        try {
            await run();
            console.log(`ok ${title}`);
        } catch (error) {
            failed++;
            console.log(`not ok ${title}: ${error.message.split("\n").slice(0, 4).join(" ")}`);
            console.log(error.stack.replace(/^/gm, "# "));
        }
    }
}
await close();
process.exit(failed ? 1 : 0);
