/* Profiles and what is true of them, computed from the folded text and nothing else. */

/* The call tree of folded text: nodes {name, self, total, children: Map}; two counts make two-element sums. */
export function parse(folded) {
    const root = {name: "all", self: 0, total: 0, children: new Map()};
    for (const line of folded.split("\n").filter(Boolean)) {
        const [, stack, count] = /^(.*) (\d+)$/.exec(line);
        let node = root;
        root.total += Number(count);
        for (const name of stack.split(";")) {
            if (!node.children.has(name))
                node.children.set(name, {name, self: 0, total: 0, children: new Map()});
            node = node.children.get(name);
            node.total += Number(count);
        }
        node.self += Number(count);
    }
    return root;
}

export function find(root, path) {
    return path.reduce((node, name) => node && node.children.get(name), root);
}

/* The weight under frames for which `test(name)` holds, each sample once; below `path` all of it where
 * a frame of the path itself matches. */
export function matched(root, test, path = []) {
    const sum = node => test(node.name) ? node.total
        : [...node.children.values()].reduce((all, child) => all + sum(child), 0);
    const node = find(root, path);
    if (path.some(test))
        return node.total;
    return [...node.children.values()].reduce((all, child) => all + sum(child), 0);
}

export function commas(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function title(node, root) {
    if (node === root)
        return `all (${commas(root.total)} samples, 100%)`;
    return `${node.name} (${commas(node.total)} samples, ${(100 * node.total / root.total).toFixed(2)}%)`;
}

/* A number generator of its own, so that inputs are the same everywhere. */
export function generator(seed) {
    let state = seed >>> 0;
    return function (below) {
        state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
        let x = state;
        x = Math.imul(x ^ x >>> 16, 0x85ebca6b);
        x = Math.imul(x ^ x >>> 13, 0xc2b2ae35);
        return ((x ^ x >>> 16) >>> 0) % below;
    };
}

/* Folded text of a random call tree with heavy and light branches, many too narrow to see. */
export function random(stacks, seed = 1) {
    const next = generator(seed);
    const words = ["alloc", "read", "parse", "Hash", "sort", "node", "std::vector<int>::push_back", "tcp_sendmsg",
        "java/util/List:.get", "copy", "flush", "sync", "poll"];
    const names = Array.from({length: 300}, (_, i) => words[next(words.length)] + "_" + i);
    const lines = new Map();
    for (let i = 0; i < stacks; i++) {
        const path = ["app"];
        const depth = 3 + next(20);
        let place = 0;
        for (let level = 0; level < depth; level++) {
            const branch = Math.min(next(6), next(6), next(4));
            place = (place * 7 + branch * 31 + level) % 9973;
            path.push(names[place % names.length]);
        }
        const stack = path.join(";");
        lines.set(stack, (lines.get(stack) || 0) + 1 + (next(10) ? next(3) : next(2000)));
    }
    return Array.from(lines, ([stack, count]) => `${stack} ${count}\n`).join("");
}

/* Folded text of a call tree as recordings have them: few wide branches, many narrow ones, some 15 frames of
 * its own for every stack. */
export function recording(stacks, seed = 1) {
    const next = generator(seed);
    const verbs = ["alloc", "read", "parse", "hash", "sort", "lock", "copy", "flush", "poll", "visit"];
    const names = Array.from({length: 4000}, (_, i) =>
        `${["", "std::", "app::db::", "sys_"][next(4)]}${verbs[next(10)]}_${verbs[next(10)]}${i}`);
    const root = {name: "app", children: []};
    const lines = new Set();
    while (lines.size < stacks) {
        const path = [root.name];
        let node = root;
        while (path.length < 7 || path.length < 120 && next(100) >= 6) {
            const {children} = node;
            let place = 0;
            while (place < children.length && next(100) < 60)
                place++;
            if (next(100) >= (path.length < 12 ? 93 : 75) || place === children.length && place > 0)
                place = children.length;
            if (place === children.length)
                children.push({name: names[next(names.length)], children: []});
            node = children[place];
            path.push(node.name);
        }
        lines.add(`${path.join(";")} ${1 + Math.floor(1000 / (1 + next(1000)))}`);
    }
    return [...lines].join("\n") + "\n";
}

/* [total, self] of every function, by name, each sample counted once for a function. */
export function functions(text) {
    const sums = new Map();
    for (const [, stack, count] of text.matchAll(/^(.*) (\d+)$/gm)) {
        const names = stack.split(";");
        const add = (name, total, self) => {
            const [a, b] = sums.get(name) || [0, 0];
            sums.set(name, [a + total, b + self]);
        };
        new Set(names).forEach(name => add(name, Number(count), 0));
        add(names[names.length - 1], 0, Number(count));
    }
    return sums;
}
