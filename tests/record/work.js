// Recorded with node --perf-basic-prof: compiled, interpreted, built-in, regular expression frames.
'use strict';
const seconds = Number(process.argv[2] || 2);

class Basket {
    constructor() { this.items = []; }
    add(name, price) { this.items.push({name, price}); return this; }
    get total() { return this.items.reduce((sum, item) => sum + item.price, 0); }
    static #secret(n) { return n < 2 ? n : Basket.#secret(n - 1) + Basket.#secret(n - 2); }
    static secret(n) { return Basket.#secret(n); }
}

function parseWords(text) {
    return text.split(/[&<>"';\s]+/).filter(w => /^(ap|br|ca)\w+(e|d)$/.test(w));
}

const namespace = {
    'odd name;with(stuff)'(n) { let s = 0; for (let i = 0; i < n; i++) s += i % 7; return s; },
    async later(n) { await null; return this['odd name;with(stuff)'](n); },
};

function* numbers(n) { for (let i = 0; i < n; i++) yield i; }

function step(i) {
    const basket = new Basket();
    for (const n of numbers(300)) basket.add('item' + n, n);
    basket.items.sort((a, b) => b.price - a.price || a.name.localeCompare(b.name));
    const text = JSON.stringify(JSON.parse(JSON.stringify(basket)));
    return basket.total + Basket.secret(15) + parseWords(text + ' apple bread candle').length + i;
}

(async function main() {
    const end = Date.now() + seconds * 1000;
    let sum = 0;
    for (let i = 0; Date.now() < end; i++) sum += step(i) + await namespace.later(20000);
    if (sum === 42) console.log(sum);
})();
