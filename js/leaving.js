// What must not stay behind when this program ends: by itself, by an error or by Ctrl-C.
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const duties = new Set();

/** Runs `duty`, which must not wait for anything, when the program ends; returns what calls it off. */
export function whenLeaving(duty) {
  duties.add(duty);
  return () => duties.delete(duty);
}

process.on('exit', () => {
  for (const duty of [...duties].reverse()) {
    try {
      duty();
    } catch (why) {
      process.stderr.write(`left behind: ${why.message}\n`);
    }
  }
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => process.exit(128 + constants.signals[signal]));

/** A new folder for the time of this program, or until its `remove` is called. */
export function temporaryFolder(prefix, parent = tmpdir()) {
  const path = mkdtempSync(join(parent, prefix));
  const remove = () => rmSync(path, { recursive: true, force: true });
  const stays = whenLeaving(remove);
  return { path, remove: () => (stays(), remove()) };
}
