// The official conformance suite against the real shop, both requirement sets. It is written for a server
// full of test fixtures, so only the scenarios that apply to any server count here, and of those every
// check but the ones listed below, which ask for a fixture by name.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Shop } from '../../js/shop.js';

const conformance = fileURLToPath(new URL('node_modules/.bin/conformance', import.meta.url));

const SCENARIOS = {
  '2025-11-25': [
    'server-initialize', 'server-session-lifecycle', 'logging-set-level', 'ping', 'tools-list', 'resources-list',
    'prompts-list', 'dns-rebinding-protection', 'server-sse-multiple-streams',
  ],
  '2026-07-28': [
    'server-stateless', 'tools-list', 'resources-list', 'prompts-list', 'sep-2164-resource-not-found',
    'dns-rebinding-protection', 'caching', 'server-sse-multiple-streams',
    'input-required-result-unsupported-methods', 'http-header-validation',
  ],
};

/** Checks that need a tool of the suite's own, and how they say so. */
const FIXTURE_BOUND = {
  'server-stateless': {
    'sep-2575-server-rejects-undeclared-capability': /test_missing_capability/,
    'sep-2575-missing-capability-http-400': /test_missing_capability/,
    'sep-2575-http-server-no-independent-requests-on-stream': /test_streaming_elicitation/,
    'sep-2575-server-no-log-without-loglevel': /test_logging_tool/,
  },
};

async function runSuite(revision, shop) {
  const output = join(shop.home, `conformance-${revision}`);
  // It exits with an error for the scenarios that do not concern us; what counts is in the files.
  await new Promise((done) =>
    execFile(process.execPath,
      [conformance, 'server', '--url', `${shop.url}/mcp`, '--requirements', revision, '-o', output],
      { env: shop.env, timeout: 180_000, maxBuffer: 1 << 26 }, done));
  const results = new Map();
  for (const folder of await readdir(output)) {
    const scenario = folder.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    results.set(scenario, JSON.parse(await readFile(join(output, folder, 'checks.json'), 'utf8')));
  }
  return results;
}

for (const [revision, scenarios] of Object.entries(SCENARIOS)) {
  suite(`conformance ${revision}`, () => {
    let shop, results;
    before(async () => {
      shop = await (await Shop.open()).serve();
      results = await runSuite(revision, shop);
    });
    after(() => shop?.close());

    for (const scenario of scenarios)
      test(scenario, () => {
        const checks = results.get(scenario);
        assert.ok(checks?.length, 'the scenario ran');
        const excused = FIXTURE_BOUND[scenario] ?? {};
        const failed = checks.filter(({ status, id, errorMessage }) =>
          status === 'FAILURE' && !excused[id]?.test(errorMessage ?? ''));
        assert.deepEqual(failed.map(({ id, errorMessage }) => `${id}: ${errorMessage}`), []);
        assert.ok(checks.some(({ status }) => status === 'SUCCESS'), 'something was really checked');
      });
  });
}
