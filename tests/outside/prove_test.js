// ./dev prove in small: the proofs pass against the real server, notice a server that forgets, and leave
// nothing behind when they are interrupted.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { temporaryFolder } from '../../js/leaving.js';
import { binary } from '../../js/shop.js';
import { wrongKeys, wrongOrders, wrongStock, wrongTally } from '../../prove/findings.js';

const script = join(import.meta.dirname, '..', '..', 'prove', 'run.js');

/** Starts a proof with a folder of its own for everything temporary; `ended` tells its code and its words. */
function start(t, args, env = {}) {
  const folder = temporaryFolder('shopkeeper-prove-test-');
  t.after(folder.remove);
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

/** The processes whose environment names this folder. */
function processesOf(folder) {
  return readdirSync('/proc').filter((id) => /^\d+$/.test(id)).filter((id) => {
    try {
      return readFileSync(`/proc/${id}/environ`, 'utf8').includes(folder);
    } catch {
      return false; // another user's, or gone
    }
  });
}

/** No verdict on speed here, where other tests may run beside: only on what is lost or doubled. */
const PATIENT = ['--within', '120000'];

suite('proofs', () => {
  test('oversell passes', async (t) => {
    const { code, said } = await prove(t, ['oversell', '--rounds', '2', '--clients', '12', '--attempts', '6']);
    assert.equal(code, 0, said);
    assert.match(said, /^\| sqlite +\| +1 \| +2 \| +144 \| +50 \| +22 \| +0 \| +0 \|/m);
    assert.match(said, /^oversell: passed \(seed \d+\)$/m);
  });

  test('kill passes', async (t) => {
    const { code, said } = await prove(t, ['kill', '--orders', '200', '--kills', '10', '--seed', '7', ...PATIENT]);
    assert.equal(code, 0, said);
    assert.match(said, /^\| sqlite +\| +the server \| +10 \| +200 \| +0 \| +0 \|/m);
    assert.match(said, /^kill: passed \(seed 7\)$/m);
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
    const { code, said } = await prove(t, ['oversell'], { SHOPKEEPER_BINARY: '/bin/false' });
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

  test('Ctrl-C leaves neither processes nor files behind', async (t) => {
    const { run, folder, ended } = start(t, ['kill']);
    const begun = new Promise((go) => run.stderr.on('data', (chunk) => /orders/.test(chunk) && go()));
    await Promise.race([begun, ended]);
    assert.notDeepEqual(processesOf(folder), []);
    run.kill('SIGINT');
    assert.equal((await ended).code, 130);
    assert.deepEqual(readdirSync(folder), []);
    assert.deepEqual(processesOf(folder), []);
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
    assert.deepEqual(wrongTally('Round', new Map([['sold', 51], ['insufficient_stock', 268], ['internal', 1]]), should), [
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
    const lost = { item: item(1, 0), ledger: [sale(2, 10, 2), delivered] };
    assert.ok(wrongStock(lost, goods, 2, 2).includes('Rose, sum of the ledger: 2 instead of 1'));
  });
});
