// The proofs of shopkeeper_prove, which calls the tools in a process of its own: once on each engine, the
// tables of all put together.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { whenLeaving } from '../js/leaving.js';
import { onEachEngine } from './engines.js';

/** A line of the log: a fault that a proof makes on purpose is logged as any other. */
const isLogged = (line) => /^\d{4}-\d\d-\d\dT/.test(line);

export async function reportOf(name, args, progress) {
  const binary = process.env.SHOPKEEPER_PROVE_BINARY;
  if (!binary) throw new Error('SHOPKEEPER_PROVE_BINARY names no binary; ./dev prove sets it');
  const run = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stays = whenLeaving(() => run.kill('SIGKILL'));
  let said = '';
  let complaints = '';
  run.stdout.on('data', (chunk) => (said += chunk));
  createInterface({ input: run.stderr }).on('line', (line) => {
    complaints = line;
    if (!isLogged(line)) progress(line);
  });
  const [code] = await once(run, 'close');
  stays();
  if (!said.startsWith('{')) throw new Error(`${name} ended with ${code}: ${complaints}`);
  return JSON.parse(said);
}

/** Adds the engine as the first column; tables with the same head become one. */
export function put(tables, engine, report) {
  for (const { head, rows } of report.tables) {
    const whole = ['engine', ...head];
    let table = tables.find((other) => other.head.join() === whole.join());
    if (!table) tables.push((table = { head: whole, rows: [] }));
    table.rows.push(...rows.map((row) => [engine, ...row]));
  }
}

/**
 * The verb `name` of shopkeeper_prove as a proof; `takes` lists which options of the command line it takes,
 * `more` makes its other arguments of them.
 */
export function inProcess(name, title, { takes = [], options = {}, more = () => [] } = {}) {
  const prove = async ({ counts, seed, progress, file, ...where }) => {
    const tables = [];
    const findings = [];
    // Not about the disk: on SQLite the file lies in memory too.
    await onEachEngine({ ...where, durable: false }, async ({ engine, database }) => {
      const chosen = { ...counts, seed };
      const args = [...(database ? ['--db', database] : []), name,
        ...[...takes, ...Object.keys(options)].flatMap((option) => [`--${option}`, String(chosen[option])]),
        ...more({ file })];
      const report = await reportOf(name, args, (text) => progress(`${engine}: ${text}`));
      put(tables, engine, report);
      findings.push(...report.findings.map((finding) => `${engine}: ${finding}`));
    });
    return { tables, findings };
  };
  return { title, options, prove };
}
