/* A pattern may come from a link somebody else made, and the browser's own regular expressions can take for
 * ever ("(a+)+$"). So patterns run here as sets of states: in time linear in the text, under a deadline.
 * A state is one of
 *   {one, next}      takes a character that the expression `one`, of one character, matches
 *   {place, next}    demands a place: ^ $ b B
 *   {to: [...]}      goes on at each of them
 *   {}               the end: found
 * Look-around and back references cannot be had that way: such a pattern is taken literally. */

const MAX_STATES = 2000, MAX_SETS = 500;

/* Reads what the browser has found to be a valid pattern. What the methods return makes the states of their
 * part of the pattern, given the state that comes after. */
class PatternParser {
	constructor(text, ignoreCase) {
		this.text = text;
		this.flags = ignoreCase ? "i" : "";
		this.at = 0;
		this.states = 0;
	}

	take(expression) {
		expression.lastIndex = this.at;
		const found = expression.exec(this.text);
		if (found)
			this.at += found[0].length;
		return found;
	}

	state(fields) {
		if (this.states >= MAX_STATES)
			throw new Error("pattern");
		return Object.assign(fields, {id: this.states++});
	}

	choice() {
		const parts = [this.sequence()];
		while (this.take(/\|/y))
			parts.push(this.sequence());
		return next => this.state({to: parts.map(part => part(next))});
	}

	sequence() {
		const parts = [];
		while (this.at < this.text.length && !/[|)]/.test(this.text[this.at]))
			parts.push(this.repeated(this.atom()));
		return next => parts.reduceRight((after, part) => part(after), next);
	}

	repeated(part) {
		const found = this.take(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y);
		if (!found)
			return part;
		const [, sign, least, comma, most] = found;
		const min = Number(least || sign === "+");
		const max = most ? Number(most) : sign === "?" ? 1 : sign || comma ? Infinity : min;
		return next => this.repeat(part, min, max, next);
	}

	repeat(part, min, max, next) {
		let first = next;
		if (max === Infinity) {
			first = this.state({to: [next]});
			first.to.push(part(first));
		} else {
			for (let i = min; i < max; i++)
				first = this.state({to: [next, part(first)]});
		}
		for (let i = 0; i < min; i++) {
			const before = this.states;
			first = part(first);
			if (this.states === before)
				break; // an empty part, as often as it likes
		}
		return first;
	}

	atom() {
		if (this.take(/\((?:\?:|\?<(?![=!])[^>]*>|(?!\?))/y)) {
			const group = this.choice();
			this.take(/\)/y);
			return group;
		}
		if (this.take(/\(/y))
			throw new Error("pattern");
		const place = this.take(/[\^$]|\\[bB]/y);
		if (place)
			return next => this.state({place: place[0].slice(-1), next});
		const [one] = this.take(/\[(?:\\[^]|[^\]\\])*\]|\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[^])|[^]/iy);
		if (/^\\[1-9kc]/.test(one))
			throw new Error("pattern");
		const expression = new RegExp("^" + (/^[\]{}]$/.test(one) ? "\\" : "") + one + "$", this.flags);
		return next => this.state({one: expression, next});
	}
}

const isWord = code => code >= 0 && /\w/.test(String.fromCharCode(code));

/* Whether a place between two characters is such a place; -1 stands for no character. */
function isPlace(place, before, after) {
	if (place === "^" || place === "$")
		return (place === "^" ? before : after) < 0;
	return (isWord(before) !== isWord(after)) === (place === "b");
}

const FOUND = {};

/* Sets of states are made when first met and remembered with where each character leads, so that most
 * characters cost one look-up. */
class Matcher {
	constructor(text, ignoreCase) {
		new RegExp(text); // throws where the pattern is no valid one
		this.first = new PatternParser(text, ignoreCase).choice()({id: -1});
		this.sets = new Map();
		this.deadline = performance.now() + SEARCH_MS;
	}

	/* Of the character before it matters only whether it is there, and a word's. */
	set(states, before) {
		const kind = before < 0 ? -1 : isWord(before) ? 97 : 32;
		const key = kind + ":" + states.map(state => state.id).sort().join();
		if (this.sets.size >= MAX_SETS)
			this.sets.clear();
		if (!this.sets.has(key))
			this.sets.set(key, {states, before: kind, next: new Map()});
		return this.sets.get(key);
	}

	/* The set after a character, or FOUND; after the text's last one the character is -1. */
	step(set, code) {
		if (performance.now() > this.deadline)
			throw new Error("out of time");
		const seen = new Set([this.first, ...set.states]); // a match may begin anywhere
		const after = new Set();
		for (const state of seen) { // which grows on the way
			if (state.one) {
				if (code >= 0 && state.one.test(String.fromCharCode(code)))
					after.add(state.next);
			} else if (state.place) {
				if (isPlace(state.place, set.before, code))
					seen.add(state.next);
			} else if (state.to) {
				state.to.forEach(next => seen.add(next));
			} else {
				return FOUND;
			}
		}
		return this.set([...after], code);
	}

	next(set, code) {
		let next = set.next.get(code);
		if (!next)
			set.next.set(code, next = this.step(set, code));
		return next;
	}

	test(text) {
		let set = this.set([], -1);
		for (let i = 0; i < text.length && set !== FOUND; i++)
			set = this.next(set, text.charCodeAt(i));
		return set === FOUND || this.next(set, -1) === FOUND;
	}
}

/* Marks each name that the term matches and that has no mark yet: as a pattern if it is one, else as plain text. */
function markNames(names, marks, mark, term, {ic, literal}) {
	const markBy = test => marks.map((old, id) => old || (id && test(names[id]) ? mark : 0));
	try {
		if (!literal && /[\\^$.*+?()[\]{}|]/.test(term)) {
			const matcher = new Matcher(term, ic);
			return markBy(name => matcher.test(name));
		}
	} catch (e) {
		// no pattern, or none that runs in time
	}
	const lower = term.toLowerCase();
	return markBy(ic ? name => name.toLowerCase().includes(lower) : name => name.includes(term));
}
