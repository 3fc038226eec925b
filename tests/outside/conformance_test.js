// The official conformance suite, both requirement sets with all their unscored scenarios: against a server full
// of the suite's fixtures (tests/conformance), where every scenario must pass, and against the real shop, where
// those must that apply to any server. Nothing is expected to fail.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../js/leaving.js';
import { freePort, Server } from '../../js/server.js';
import { Shop } from '../../js/shop.js';

const conformance = fileURLToPath(new URL('node_modules/.bin/conformance', import.meta.url));
const requirements = new URL('node_modules/@modelcontextprotocol/conformance/requirements/', import.meta.url);

/** Those in which the suite checks nothing yet. */
const SKIPPED_BY_SUITE = ['tasks-status-notifications'];

/** How many there are, so that a suite which loses some is noticed. */
const COUNTS = {
  '2025-11-25': { scored: 30, unscored: 3 },
  '2026-07-28': { scored: 37, unscored: 13 },
};

/** Those that apply to any server. */
const OF_ANY_SERVER = {
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

/** Checks within those that need a tool of the suite's own, and how they say so. */
const FIXTURE_BOUND = {
  'server-stateless': {
    'sep-2575-server-rejects-undeclared-capability': /test_missing_capability/,
    'sep-2575-missing-capability-http-400': /test_missing_capability/,
    'sep-2575-http-server-no-independent-requests-on-stream': /test_streaming_elicitation/,
    'sep-2575-server-no-log-without-loglevel': /test_logging_tool/,
  },
};

/** Scenarios for servers in a requirement set, as its file lists them. */
async function listed(revision) {
  const text = await readFile(new URL(`${revision}.yaml`, requirements), 'utf8');
  const [, server] = text.match(/^server:\n((?: {2}.*\n|\n)*)/m);
  const all = (part, pattern) => [...part.matchAll(pattern)].map(([, scenario]) => scenario);
  return {
    scored: all(server, /^ {2}- ([\w-]+)$/gm),
    unscored: all(text, /^ {2}- scenario: ([\w-]+)\n {4}leg: server$/gm),
  };
}

/** The checks of every scenario that ran. */
async function runSuite(revision, url, folder, env) {
  const output = join(folder, `conformance-${revision}`);
  // It exits with an error when anything fails; what counts is in the files.
  await new Promise((done) =>
    execFile(process.execPath, [conformance, 'server', '--url', url, '--requirements', revision, '-o', output],
      { env, timeout: 240_000, maxBuffer: 1 << 26 }, done));
  const results = new Map();
  for (const each of await readdir(output)) {
    const scenario = each.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    results.set(scenario, JSON.parse(await readFile(join(output, each, 'checks.json'), 'utf8')));
  }
  return results;
}

/** `statuses`: those that no check may have. */
function judge(checks, statuses, excused = {}) {
  assert.ok(checks?.length, 'the scenario ran');
  const bad = checks.filter(({ status, id, errorMessage }) =>
    statuses.includes(status) && !excused[id]?.test(errorMessage ?? ''));
  assert.deepEqual(bad.map(({ id, status, errorMessage }) => `${status} ${id}: ${errorMessage}`), []);
  assert.ok(checks.some(({ status }) => status === 'SUCCESS'), 'something was really checked');
}

for (const [revision, counts] of Object.entries(COUNTS)) {
  const { scored, unscored } = await listed(revision);

  suite(`conformance ${revision}: the suite's fixtures`, () => {
    const folder = temporaryFolder('conformance-');
    let server, results;
    before(async () => {
      const binary = process.env.SHOPKEEPER_CONFORMANCE_SERVER;
      assert.ok(binary, 'SHOPKEEPER_CONFORMANCE_SERVER names a binary; ./dev test sets it');
      const port = await freePort();
      server = await Server.start([binary, String(port)], port, process.env);
      results = await runSuite(revision, server.url, folder.path, process.env);
    });
    after(async () => {
      await server?.stop();
      folder.remove();
    });

    test('no scenario is missing', () => {
      assert.deepEqual({ scored: scored.length, unscored: unscored.length }, counts);
      assert.deepEqual([...results.keys()].sort(), [...scored, ...unscored].sort());
    });
    for (const scenario of [...scored, ...unscored])
      test(scenario, () => {
        if (!SKIPPED_BY_SUITE.includes(scenario)) return judge(results.get(scenario), ['FAILURE', 'WARNING']);
        assert.ok(results.get(scenario).every(({ status }) => status === 'SKIPPED'), 'checked now: judge it');
      });
  });

  suite(`conformance ${revision}: the shop`, () => {
    let shop, results;
    before(async () => {
      shop = await (await Shop.open()).serve();
      results = await runSuite(revision, `${shop.url}/mcp`, shop.home, shop.env);
    });
    after(() => shop?.close());

    for (const scenario of OF_ANY_SERVER[revision])
      test(scenario, () => judge(results.get(scenario), ['FAILURE'], FIXTURE_BOUND[scenario]));
  });
}
