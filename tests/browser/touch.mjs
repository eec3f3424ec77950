/* Fingers, on a screen as a phone has it. */
import assert from "node:assert/strict";
import {frames, near, onPage, render, settled, text} from "./helpers.mjs";

const PHONE = {viewport: {width: 390, height: 400}, hasTouch: true, isMobile: true};
const names = Array.from({length: 40}, (_, i) => "f" + i);
const file = () => render("touch", `main;${names.join(";")} 70\nmain;g 30\n`);
const onPhone = test => onPage(file, test, "", PHONE);

/* Puts a finger down on a frame; what it returns moves the finger, or lifts it. */
async function finger(page, n) {
    const rect = page.locator(`[data-n="${n}"] > rect`);
    await rect.scrollIntoViewIfNeeded();
    const {x, y, width, height} = await rect.boundingBox();
    const client = await page.context().newCDPSession(page);
    const touch = (type, ...touchPoints) => client.send("Input.dispatchTouchEvent", {type, touchPoints});
    const at = {x: x + width / 2, y: y + height / 2};
    await touch("touchStart", at);
    return {
        moveBy: dy => touch("touchMove", {x: at.x, y: at.y += dy}),
        lift: () => touch("touchEnd"),
    };
}

async function nodeOf(page, name) {
    return (await frames(page)).find(frame => frame.name === name).n;
}

const tops = page => page.evaluate(() => document.querySelectorAll("#frames > .parent").length);

export default {
    "the picture is as wide as the phone": onPhone(async page => {
        assert.equal(await page.evaluate(() => innerWidth), 390);
        near((await frames(page))[0].width, 370, 0.2, "width");
    }),

    "a tap zooms, tells of the frame, and leaves nothing in the way": onPhone(async page => {
        await page.locator(`[data-n="${await nodeOf(page, "f3")}"] > rect`).tap();
        await settled(page);
        assert.equal(await tops(page), 5);
        assert.ok((await text(page, "details")).startsWith("Function: f3 (70 samples, 70.00%) "));
        assert.equal(await page.locator(".panel.tip, .panel.menu").count(), 0);
    }),

    "a long press opens the menu and is no tap": onPhone(async page => {
        const {lift} = await finger(page, await nodeOf(page, "f3"));
        await page.locator(".panel.menu").waitFor();
        await lift();
        await page.waitForTimeout(100); // the browser makes a click of it
        assert.equal(await tops(page), 0);
        assert.equal(await page.locator(".panel.tip").count(), 0);
        await page.locator(".menu button", {hasText: "hide the function"}).tap();
        await settled(page);
        assert.ok(!(await frames(page)).some(frame => frame.name === "f3"));
        await page.locator(`[data-n="${await nodeOf(page, "f4")}"] > rect`).tap();
        await settled(page);
        assert.equal(await tops(page), 5);
    }),

    "a finger that moves scrolls": onPhone(async page => {
        const {moveBy, lift} = await finger(page, await nodeOf(page, "f20"));
        for (let i = 0; i < 10; i++)
            await moveBy(-10);
        await page.waitForTimeout(700); // as long as a press
        await lift();
        await settled(page);
        assert.ok(await page.evaluate(() => scrollY) > 50);
        assert.equal(await tops(page), 0);
        assert.equal(await page.locator(".panel.menu").count(), 0);
    }),

    "panels are inside the picture": onPage(() => render("low", "main;f 70\nmain;g;h 30\n"), async page => {
        const inside = async panel => {
            const [svg, box] = [await page.locator("svg").boundingBox(), await page.locator(panel).boundingBox()];
            assert.ok(box.y >= svg.y && box.y + box.height <= svg.y + svg.height, `${panel} ${box.y} ${box.height}`);
        };
        const rect = page.locator(`[data-n="${await nodeOf(page, "main")}"] > rect`);
        await rect.hover();
        await inside(".panel.tip");
        await rect.click({button: "right"});
        await inside(".panel.menu");
        await page.keyboard.press("?");
        await page.keyboard.press("?");
        await inside(".panel.help");
    }),
};
