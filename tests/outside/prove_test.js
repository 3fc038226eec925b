// ./dev prove in small: the proofs pass against the real server, notice a server that forgets, and leave
// nothing behind when they are interrupted.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { temporaryFolder } from '../../js/leaving.js';
import { pause } from '../../js/server.js';
import { binary } from '../../js/shop.js';
import { wrongKeys, wrongOrders, wrongStock, wrongTally } from '../../prove/findings.js';

const ROOM_MIN_BYTES = 2 ** 30;
const LEAVING_MAX_MS = 10_000;
const script = join(import.meta.dirname, '..', '..', 'prove', 'run.js');

/** In memory where there is room: how durable a disk is, kill -9 does not show, and how slow, nobody asks here. */
function fastestFolder() {
  const MEMORY = '/dev/shm';
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_MIN_BYTES ? MEMORY : tmpdir();
}

/** Starts a proof with a folder of its own for everything temporary; `ended` tells its code and its words. */
function start(t, args, env = {}) {
  const folder = temporaryFolder('shopkeeper-prove-test-', fastestFolder());
  t.after(folder.remove);
  chmodSync(folder.path, 0o711); // PostgreSQL's own user has to get through
  const run = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, TMPDIR: folder.path, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => run.kill('SIGTERM'));
  let said = '';
  for (const stream of [run.stdout, run.stderr]) stream.on('data', (chunk) => (said += chunk));
  const ended = once(run, 'close').then(([code]) => ({ code, said }));
  return { run, folder: folder.path, ended };
}

const prove = (t, args, env) => start(t, args, env).ended;

/** A program made of these lines of shell. */
function program(t, lines) {
  const folder = temporaryFolder('shopkeeper-program-');
  t.after(folder.remove);
  const path = join(folder.path, 'program');
  writeFileSync(path, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return path;
}

/** The command lines of the processes whose environment names this folder. */
function processesOf(folder) {
  return readdirSync('/proc').filter((id) => /^\d+$/.test(id)).flatMap((id) => {
    try {
      const names = readFileSync(`/proc/${id}/environ`, 'utf8').includes(folder);
      return names ? [readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
    } catch {
      return []; // another user's, or gone
    }
  });
}

/** A proof that ended badly for want of a PostgreSQL is a test skipped, for any other reason one failed. */
function skipOrFail(t, { said }) {
  if (!said.includes('PostgreSQL cannot be started here')) assert.fail(said);
  t.skip('PostgreSQL cannot be started here');
}

/** What a proof says that passes; undefined, and the test is skipped, where there is no PostgreSQL to start. */
async function passing(t, args) {
  const result = await prove(t, args);
  return result.code === 0 ? result.said : skipOrFail(t, result);
}

/** No verdict on speed here, where other tests may run beside: only on what is lost or doubled. */
const PATIENT = ['--within', '120000'];

/** Finds the row of a table that begins with these cells. */
const row = (...cells) => new RegExp(`^${cells.map((cell) => `\\| +${cell} +`).join('')}\\|`, 'm');

suite('proofs', () => {
  for (const [engine, processes] of [['sqlite', [1]], ['postgresql', [1, 2]]])
    test(`oversell passes on ${engine}`, async (t) => {
      const said = await passing(t,
        ['oversell', '--engine', engine, '--rounds', '2', '--clients', '10', '--attempts', '6']);
      if (!said) return;
      for (const count of processes)
        assert.match(said, row(engine, count, 2, 120, 50, 10, 0, 0));
      assert.match(said, /^oversell: passed \(seed \d+\)$/m);
    });

  const KILLED = { sqlite: [['the server', 8]], postgresql: [['the server', 8], ['PostgreSQL', 2]] };
  for (const [engine, killed] of Object.entries(KILLED))
    test(`kill passes on ${engine}`, async (t) => {
      const said = await passing(t, ['kill', '--engine', engine, '--orders', '100', '--kills', '8',
        '--postgresql-kills', '2', '--seed', '7', ...PATIENT]);
      if (!said) return;
      for (const [name, times] of killed)
        assert.match(said, row(engine, name, times, 100, 0, 0));
      assert.match(said, /^kill: passed \(seed 7\)$/m);
    });

  const IN_PROCESS = {
    'shared-stems': ['--operations', '200', '--threads', '4'],
    idempotency: ['--duplicates', '20'],
  };
  for (const [name, smaller] of Object.entries(IN_PROCESS))
    test(`${name} passes on both engines`, async (t) => {
      const said = await passing(t, [name, ...smaller]);
      if (!said) return;
      for (const engine of ['sqlite', 'postgresql']) assert.match(said, row(engine, '.*'));
      assert.match(said, new RegExp(`^${name}: passed`, 'm'));
    });

  test('kill fails for a server that is too long in coming back', async (t) => {
    const { code, said } = await prove(t, ['kill', '--engine', 'sqlite', '--orders', '30', '--kills', '2', '--within', '1']);
    assert.equal(code, 1, said);
    assert.match(said, /^wrong: sqlite, the server: 2 restarts took 1 ms or more$/m);
    assert.match(said, /^kill: failed/m);
  });

  test('kill fails for a server that forgets what it acknowledged since its last start', async (t) => {
    const forgetful = program(t, `
if [ "$1" = serve ]; then
  cd "$SHOPKEEPER_HOME" && echo >>starts
  if [ "$(wc -l <starts)" -ge 3 ]; then rm -r data && cp -r before data; fi
  rm -rf before && cp -r data before
fi
exec "${binary}" "$@"
`);
    const { code, said } = await prove(t, ['kill', '--engine', 'sqlite', '--orders', '60', '--kills', '4'],
      { SHOPKEEPER_BINARY: forgetful });
    assert.equal(code, 1, said);
    assert.match(said, /wrong: .*key .*, repeated: .* instead of #\d+/);
    assert.match(said, /^kill: failed/m);
  });

  test('a shop that cannot be made is a failure, not silence', async (t) => {
    const { code, said } = await prove(t, ['oversell', '--engine', 'sqlite'], { SHOPKEEPER_BINARY: '/bin/false' });
    assert.equal(code, 1, said);
    assert.match(said, /^oversell: failed/m);
  });

  test('a proof in a process of its own fails with what that finds, and when it says nothing', async (t) => {
    const report = { tables: [{ head: ['orders'], rows: [['3']] }], findings: ['a rose too few'] };
    const finds = program(t, `echo '${JSON.stringify(report)}'; exit 1`);
    const found = await prove(t, ['shared-stems', '--engine', 'sqlite'], { SHOPKEEPER_PROVE_BINARY: finds });
    assert.equal(found.code, 1, found.said);
    assert.match(found.said, /^\| sqlite \| +3 \|$[^]*^wrong: sqlite: a rose too few$[^]*^shared-stems: failed/m);

    const dies = program(t, 'echo out of roses >&2; exit 2');
    const silent = await prove(t, ['shared-stems', '--engine', 'sqlite'], { SHOPKEEPER_PROVE_BINARY: dies });
    assert.equal(silent.code, 1, silent.said);
    assert.match(silent.said, /^wrong: .*ended with 2: out of roses/m);
  });

  for (const [engine, command] of [['sqlite', ' init '], ['sqlite', ' serve '], ['postgresql', ' serve ']])
    test(`Ctrl-C during${command}on ${engine} leaves neither processes nor files behind`, async (t) => {
      const { run, folder, ended } = start(t, ['kill', '--engine', engine]);
      while (run.exitCode === null && !processesOf(folder).some((line) => line.includes(command))) await pause(5);
      if (run.exitCode !== null) return skipOrFail(t, await ended);
      run.kill('SIGINT');
      assert.equal((await ended).code, 130);
      // PostgreSQL ends in order and takes its folder along: that takes it a moment.
      const deadline = performance.now() + LEAVING_MAX_MS;
      while (processesOf(folder).length + readdirSync(folder).length && performance.now() < deadline) await pause(20);
      assert.deepEqual(processesOf(folder), []);
      assert.deepEqual(readdirSync(folder), []);
    });

  test('an unknown proof or option is refused', async (t) => {
    for (const args of [['undersell'], ['--engine', 'mysql'], ['--orders', 'many'], ['--fast']]) {
      const { code, said } = await prove(t, args);
      assert.equal(code, 2, said);
      assert.match(said, /^prove: /);
    }
  });
});

suite('what the proofs find', () => {
  const order = (number, notes) => ({ order_number: number, notes });

  test('orders: missing, untold, one number for two', () => {
    assert.deepEqual(wrongOrders([order('#1'), order('#2')], ['#1', '#2']), []);
    assert.deepEqual(wrongOrders([order('#1')], ['#1', '#2']), ['order #2 acknowledged, but missing']);
    assert.deepEqual(wrongOrders([order('#1'), order('#2')], ['#1']), ['order #2 exists, but nobody was told']);
    assert.deepEqual(wrongOrders([order('#1')], ['#1', '#1']), ['order #1 acknowledged to 2 customers']);
    assert.deepEqual(wrongOrders([order('#1'), order('#1')], ['#1']), ['order number #1 given 2 times']);
  });

  test('replies: too many sold, another error', () => {
    const should = new Map([['sold', 50], ['insufficient_stock', 270]]);
    assert.deepEqual(wrongTally('Round', new Map(should), should), []);
    const heard = new Map([['sold', 51], ['insufficient_stock', 268], ['internal', 1]]);
    assert.deepEqual(wrongTally('Round', heard, should), [
      'Round, "sold" heard: 51 instead of 50', 'Round, "insufficient_stock" heard: 268 instead of 270',
      'Round, "internal" heard: 1 instead of 0',
    ]);
  });

  test('keys: two orders for one, another order than was told', () => {
    assert.deepEqual(wrongKeys([order('#1', 'a')], new Map([['a', '#1']])), []);
    assert.deepEqual(wrongKeys([order('#1', 'a'), order('#2', 'a')], new Map([['a', '#1']])),
      ['key a made 2 orders: #1, #2']);
    assert.deepEqual(wrongKeys([order('#2', 'a')], new Map([['a', '#1']])), ['key a was told order #1, but made #2']);
  });

  test('stock: a piece too many reserved, taken twice, a ledger that differs', () => {
    const goods = { name: 'Rose', stock: 3 };
    const delivered = { id: 1, operation_type: 'delivery', quantity_change: 3, balance_after: 3, order_id: null };
    const sale = (id, order_id, balance_after, quantity_change = -1) =>
      ({ id, operation_type: 'sale', quantity_change, balance_after, order_id });
    const item = (quantity, reserved_quantity) =>
      ({ quantity, reserved_quantity, available_quantity: quantity - reserved_quantity });
    const reserved = { item: item(3, 2), ledger: [delivered] };
    const assembled = { item: item(1, 0), ledger: [sale(3, 20, 1), sale(2, 10, 2), delivered] };
    assert.deepEqual(wrongStock(reserved, goods, 2, 0), []);
    assert.deepEqual(wrongStock(assembled, goods, 2, 2), []);

    assert.deepEqual(wrongStock(reserved, goods, 1, 0),
      ['Rose, reserved: 2 instead of 1', 'Rose, available: 1 instead of 2']);
    const twice = { item: item(1, 0), ledger: [sale(3, 10, 1), sale(2, 10, 2), delivered] };
    assert.deepEqual(wrongStock(twice, goods, 2, 2), ['Rose, orders with a sale: 1 instead of 2']);
    const both = { item: item(1, 0), ledger: [sale(2, 10, 1, -2), delivered] };
    assert.ok(wrongStock(both, goods, 2, 2).includes('Rose, operation 2 took -2 for an order of one'));
    const stale = { item: item(1, 0), ledger: [sale(3, 20, 2), sale(2, 10, 2), delivered] };
    assert.deepEqual(wrongStock(stale, goods, 2, 2), [
      'Rose, last balance of the ledger: 2 instead of 1', 'Rose, operation 3 leaves 2: not what it found',
    ]);
    const lost = { item: item(1, 0), ledger: [sale(2, 10, 2), delivered] };
    assert.ok(wrongStock(lost, goods, 2, 2).includes('Rose, sum of the ledger: 2 instead of 1'));
  });
});
