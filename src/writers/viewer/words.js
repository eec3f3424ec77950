/* Texts and colours as in the picture. */

/* As C prints it: a tie goes to the even digit (3.125 -> 3.12), where toFixed goes up. Only numbers of eighths
 * can be ties. */
function twoDecimals(number) {
	return (Math.abs(number * 8) % 4 === 1 ? number - 0.001 * Math.sign(number) : number).toFixed(2);
}

function withCommas(number) {
	const [whole, fraction] = number.toFixed(6).replace(/\.?0+$/, "").split(".");
	return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? "." + fraction : "");
}

/* What is between outermost < and > is folded. */
function foldBrackets(name) {
	const open = [], text = []; // in parts
	for (const part of /operator/.test(name) ? [name] : name.split(/([<>])/)) {
		if (part === ">" && open.length)
			text.splice(open.pop(), Infinity, "..");
		text.push(part);
		if (part === "<")
			open.push(text.length);
	}
	return text.join("");
}

/* As much of a name as there is room for: template arguments, where a script's function stands, leading namespaces
 * and paths give way first, so that the last identifier survives. */
function shorten(name, room) {
	if (name.length <= room)
		return name;
	const text = foldBrackets(name.replace(/(\w) \S+:\d+:\d+$/, "$1")).replace(/\([^()]*\)$/, "(..)"), letters = Array.from(text);
	const parts = /::|:?\.(?!so\b)(?=[A-Za-z_$(~])|[/\\](?=.)/g;
	let from = 0;
	while (letters.length > room && text[0] !== "[" && parts.test(text)) {
		from = parts.lastIndex;
		if (text.length - from + 2 <= room)
			return ".." + text.slice(from);
	}
	return letters.length <= room ? text : Array.from(text.slice(from)).slice(0, room - 2).join("") + "..";
}

/* Whether white is easier to read on a colour than black (relative luminance of WCAG 2). */
function isDark(rgb) {
	const [r, g, b] = Array.from(rgb, value =>
		value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b <= 0.179;
}

/* The colours of a document by their numbers. */
class Paints {
	/* `light`: from 0 to 1; in the dark all colours are dimmed. */
	constructor(colors, light) {
		this.colors = colors;
		this.light = light;
		this.fills = Array(colors.length / 3);
		this.dark = this.fills.slice();
	}

	rgb(number) {
		return this.colors.subarray(3 * number, 3 * number + 3).map(value => value * this.light);
	}

	fill(number) {
		return this.fills[number] ??= `rgb(${this.rgb(number)})`;
	}

	isDark(number) {
		return this.dark[number] ??= isDark(this.rgb(number));
	}

	/* One of few colours, so that merged frames are few paths: at their width nobody can tell near ones apart. */
	rough(number) {
		const {colors} = this, at = 3 * number;
		return (colors[at] & 224) << 1 | (colors[at + 1] & 224) >> 2 | colors[at + 2] >> 5;
	}

	roughFill(rough) {
		return `rgb(${[rough >> 1, rough << 2, rough << 5].map(value => (value & 224 | 16) * this.light | 0)})`;
	}
}
