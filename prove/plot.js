// A plot as SVG: panels side by side, both axes logarithmic, lines that share their names and colours.

const WIDTH = 250;
const HEIGHT = 220;
const LEFT = 52;
const TOP = 34;
const GAP = 22;
const BOTTOM = 78;
const COLOURS = ['#1f6feb', '#8cb8ff', '#c2410c', '#fdba74', '#15803d', '#86efac'];

const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);

/** The powers of ten around all of `values`. */
function decades(values) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

const power = (exponent) => (exponent < 0 ? (10 ** exponent).toFixed(-exponent) : (10 ** exponent).toLocaleString('en'));

/** `panels` are `{title, lines: [{name, points: [[x, y], ...]}]}` with positive numbers. */
export function plot({ panels, x, y }) {
  const points = panels.flatMap(({ lines }) => lines.flatMap((line) => line.points));
  const xs = decades(points.map(([value]) => value));
  const ys = decades(points.map(([, value]) => value));
  const names = [...new Set(panels.flatMap(({ lines }) => lines.map(({ name }) => name)))];
  const colour = (name) => COLOURS[names.indexOf(name) % COLOURS.length];
  const place = (value, range, from, to) =>
    (from + ((Math.log10(value) - range[0]) / (range.at(-1) - range[0])) * (to - from)).toFixed(1);
  const width = LEFT + panels.length * (WIDTH + GAP);
  const height = TOP + HEIGHT + BOTTOM;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" `
      + 'font-family="sans-serif" font-size="11">',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="14" y="${TOP + HEIGHT / 2}" transform="rotate(-90 14 ${TOP + HEIGHT / 2})" text-anchor="middle">${escape(y)}</text>`,
  ];
  panels.forEach(({ title, lines }, index) => {
    const left = LEFT + index * (WIDTH + GAP);
    const atX = (value) => place(value, xs, left, left + WIDTH);
    const atY = (value) => place(value, ys, TOP + HEIGHT, TOP);
    svg.push(`<text x="${left}" y="${TOP - 12}" font-weight="bold">${escape(title)}</text>`);
    for (const exponent of xs) {
      const at = atX(10 ** exponent);
      svg.push(`<line x1="${at}" y1="${TOP}" x2="${at}" y2="${TOP + HEIGHT}" stroke="#ddd"/>`,
        `<text x="${at}" y="${TOP + HEIGHT + 15}" text-anchor="middle">${power(exponent)}</text>`);
    }
    for (const exponent of ys) {
      const at = atY(10 ** exponent);
      svg.push(`<line x1="${left}" y1="${at}" x2="${left + WIDTH}" y2="${at}" stroke="#ddd"/>`);
      if (index === 0) svg.push(`<text x="${left - 5}" y="${at}" dy="4" text-anchor="end">${power(exponent)}</text>`);
    }
    svg.push(`<text x="${left + WIDTH / 2}" y="${TOP + HEIGHT + 32}" text-anchor="middle">${escape(x)}</text>`);
    for (const { name, points: measured } of lines) {
      const path = measured.map(([px, py]) => `${atX(px)},${atY(py)}`);
      svg.push(`<polyline points="${path.join(' ')}" fill="none" stroke="${colour(name)}" stroke-width="2"/>`,
        ...path.map((point) => `<circle cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3" fill="${colour(name)}"/>`));
    }
  });
  names.forEach((name, index) => {
    const left = LEFT + index * 150;
    const at = TOP + HEIGHT + 58;
    svg.push(`<line x1="${left}" y1="${at - 4}" x2="${left + 20}" y2="${at - 4}" stroke="${colour(name)}" stroke-width="2"/>`,
      `<text x="${left + 26}" y="${at}">${escape(name)}</text>`);
  });
  return `${svg.join('\n')}\n</svg>\n`;
}
