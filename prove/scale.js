// How long the tools take in towns of three sizes, on each engine: a table, and a plot written beside it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../js/table.js';
import { onEachEngine } from './engines.js';
import { put, reportOf } from './in_process.js';
import { plot } from './plot.js';

const SIZES = [1, 10, 100];
const folder = join(import.meta.dirname, '../build/prove');

export const title = '100 shops, 100,000 products, 1,000,000 orders: what the tools take';

export const options = {
  percent: { default: '100', help: 'of that size; 1 and 10 are measured before' },
  calls: { default: '400', help: 'of each tool in each shop' },
};

/** The measured table as lines of a plot: one panel a tool, one line an engine and percentile. */
function panelsOf({ head, rows }) {
  const at = (row, name) => row[head.indexOf(name)];
  const large = rows.filter((row) => at(row, 'shop') === 'large');
  return [...Map.groupBy(large, (row) => at(row, 'tool'))].map(([tool, ofTool]) => ({
    title: tool,
    lines: [...Map.groupBy(ofTool, (row) => at(row, 'engine'))].flatMap(([engine, measured]) =>
      ['p50', 'p95'].map((percentile) => ({
        name: `${engine} ${percentile}`,
        points: measured.map((row) => [Number(at(row, 'orders')), Number(at(row, `${percentile} ms`))]),
      }))),
  }));
}

export async function prove({ counts, seed, progress, ...where }) {
  const tables = [];
  const findings = [];
  const sizes = [...SIZES.filter((size) => size < counts.percent), counts.percent];
  for (const percent of sizes) {
    await onEachEngine(where, async ({ engine, database }) => {
      const args = [...(database ? ['--db', database] : []), 'scale', '--percent', String(percent),
        '--calls', String(counts.calls), '--seed', String(seed)];
      const report = await reportOf('scale', args, (text) => progress(`${engine}, ${percent} %: ${text}`));
      put(tables, engine, report);
      findings.push(...report.findings.map((finding) => `${engine}, ${percent} %: ${finding}`));
    });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'scale.md'), tables.map(({ head, rows }) => `${table(head, rows)}\n`).join('\n'));
  writeFileSync(join(folder, 'scale.svg'),
    plot({ panels: panelsOf(tables[0]), x: 'orders of the large shop', y: 'milliseconds' }));
  progress(`table and plot are in ${folder}`);
  return { tables, findings };
}
