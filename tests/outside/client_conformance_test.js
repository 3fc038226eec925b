// The official conformance suite's client scenarios, both requirement sets, with the program that is
// named by SHOPKEEPER_CONFORMANCE_CLIENT: our own client. Everything that is scored must pass, and of
// the rest what is listed here; nothing is excused.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../js/leaving.js';

const conformance = fileURLToPath(new URL('node_modules/.bin/conformance', import.meta.url));
const requirements = fileURLToPath(
  new URL('node_modules/@modelcontextprotocol/conformance/requirements', import.meta.url));
const client = process.env.SHOPKEEPER_CONFORMANCE_CLIENT;

const SCORED = { '2025-11-25': 18, '2026-07-28': 32 };
const UNSCORED = ['auth/client-credentials-jwt', 'auth/client-credentials-basic', 'json-schema-2020-12-preservation'];

/** The suite's own list of what a client of this revision must pass. */
async function scored(revision) {
  const text = await readFile(join(requirements, `${revision}.yaml`), 'utf8');
  const [, list] = text.match(/^client:\n((?: +- .*\n)+)/m);
  return [...list.matchAll(/- (\S+)/g)].map(([, name]) => name);
}

async function runSuite(words, output) {
  // It exits with an error for scenarios that do not concern us, too; what counts is in the files.
  await new Promise((done) =>
    execFile(process.execPath, [conformance, 'client', '--command', client, ...words, '-o', output],
      { timeout: 180_000, maxBuffer: 1 << 26 }, done));
  const results = new Map();
  for (const file of await readdir(output, { recursive: true })) {
    if (!file.endsWith('checks.json')) continue;
    const scenario = dirname(file).replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    const said = await readFile(join(output, dirname(file), 'stderr.txt'), 'utf8');
    results.set(scenario, { checks: JSON.parse(await readFile(join(output, file), 'utf8')), said });
  }
  return results;
}

const faults = ({ checks }) => checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');

for (const [revision, count] of Object.entries(SCORED)) {
  suite(`client conformance ${revision}`, () => {
    let folder, results;
    before(async () => {
      assert.ok(client, 'SHOPKEEPER_CONFORMANCE_CLIENT names the program');
      folder = temporaryFolder('shopkeeper-client-');
      results = await runSuite(['--requirements', revision, '--timeout', '30000'], join(folder.path, 'all'));
    });
    after(() => folder?.remove());

    test('every scenario that counts, and some that do not', async (t) => {
      const names = await scored(revision);
      assert.equal(names.length, count);
      for (const name of [...names, ...UNSCORED])
        await t.test(name, async () => {
          let result = results.get(name);
          assert.ok(result?.checks.length, 'the scenario ran');
          // It wants an answer within 200 ms of its time, and ran beside two dozen other scenarios.
          if (name === 'sse-retry' && faults(result).length > 0) {
            const alone = ['--scenario', name, '--spec-version', revision];
            result = (await runSuite(alone, join(folder.path, 'alone'))).get(name);
          }
          assert.deepEqual(faults(result).map(({ id, errorMessage }) => `${id}: ${errorMessage}`), [], result.said);
          assert.ok(result.checks.some(({ status }) => status === 'SUCCESS'), 'something was really checked');
        });
    });
  });
}

test('the client starts fast enough to leave the suite its time', async () => {
  const times = [];
  for (let run = 0; run < 5; run += 1) {
    const began = performance.now();
    await promisify(execFile)(client, []).catch(({ code }) => assert.equal(code, 2)); // it says how it is used
    times.push(performance.now() - began);
  }
  assert.ok(Math.min(...times) < 100, `${times} ms`);
});
