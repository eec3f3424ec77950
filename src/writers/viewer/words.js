/* Texts and colours as in the picture. */

/* As C prints it: a tie goes to the even digit (3.125 -> 3.12), where toFixed goes up. Only numbers of eighths
 * can be ties. */
function twoDecimals(number) {
  const size = Math.abs(number);
  return (number < 0 ? "-" : "") + (size * 8 % 4 === 1 ? size - 0.001 : size).toFixed(2);
}

function withCommas(number) {
  const [whole, fraction] = number.toFixed(6).replace(/\.?0+$/, "").split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? "." + fraction : "");
}

/* Whether white is easier to read on a colour than black (relative luminance of WCAG 2). */
function isDark(rgb) {
  const [r, g, b] = Array.from(rgb, value =>
    value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b <= 0.179;
}

/* The colours of a document by their numbers. */
class Paints {
  constructor(colors) {
    this.colors = colors;
    this.fills = [];
    this.dark = [];
  }

  rgb(number) {
    return this.colors.subarray(3 * number, 3 * number + 3);
  }

  fill(number) {
    return this.fills[number] || (this.fills[number] = "rgb(" + this.rgb(number) + ")");
  }

  isDark(number) {
    if (this.dark[number] === undefined)
      this.dark[number] = isDark(this.rgb(number));
    return this.dark[number];
  }

  /* One of few colours, 0 to 512, so that merged frames are few paths: at their width nobody can tell near
   * ones apart. */
  rough(number) {
    const {colors} = this, at = 3 * number, r = colors[at], g = colors[at + 1], b = colors[at + 2];
    return (r & g & b) === 255 ? 512 : (r & 224) << 1 | (g & 224) >> 2 | b >> 5;
  }

  roughFill(rough) {
    return rough === 512 ? "#fff"
      : "rgb(" + [rough >> 1 & 224 | 16, rough << 2 & 224 | 16, rough << 5 & 224 | 16] + ")";
  }
}
