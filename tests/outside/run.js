// Runs the test files beside this one, one after the other, and ends with "N passed, N failed, N skipped".
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const folder = import.meta.dirname;
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('_test.js') && (wanted.length === 0 || wanted.some((word) => name.includes(word))))
  .map((name) => join(folder, name));

let passed = 0;
let failed = 0;
let skipped = 0;
const stream = run({ files, concurrency: 1, timeout: 300_000 });
stream.on('test:pass', ({ details, skip }) => {
  if (details.type === 'suite') return;
  if (skip === undefined) passed += 1;
  else skipped += 1;
});
// A suite is the sum of its tests; one that fails without a failed test failed in its own hooks.
let failedInSuite = 0;
stream.on('test:fail', ({ details }) => {
  if (details.type !== 'suite') {
    failed += 1;
    failedInSuite += 1;
  } else {
    failed += failedInSuite ? 0 : 1;
    failedInSuite = 0;
  }
});
stream.compose(new spec()).pipe(process.stdout);
stream.on('end', () => {
  process.exitCode = failed ? 1 : 0;
  setImmediate(() => console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`));
});
