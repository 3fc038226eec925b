// A real shop for one test file: the built binary, a database of its own with the demo shop in it, and,
// where asked for, an HTTP server on a free port of this machine.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const binary = process.env.SHOPKEEPER_BINARY;
if (!binary) throw new Error('SHOPKEEPER_BINARY names no binary; run ./dev test outside');

export const FLORIST = '+77000000803';

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Waits until `ready` answers true, for at most ten seconds. */
export async function until(ready, what) {
  const deadline = Date.now() + 10_000;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error(`waited ten seconds for ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

export class Shop {
  /** Makes a folder with a freshly loaded demo shop in it. */
  static async open() {
    const shop = new Shop();
    shop.home = await mkdtemp(join(tmpdir(), 'shopkeeper-outside-'));
    const { stdout, stderr } = await promisify(execFile)(binary, ['init', '--demo'], { env: shop.env });
    const line = (stdout + stderr).split('\n').find((text) => text.includes(FLORIST));
    if (!line) throw new Error(`init --demo printed no password for ${FLORIST}:\n${stdout}${stderr}`);
    shop.password = line.trim().split(/\s+/).at(-1);
    return shop;
  }

  /** What every process of this shop runs with: its own home, nothing else of ours from outside. */
  get env() {
    const env = { ...process.env, SHOPKEEPER_HOME: this.home, SHOPKEEPER_RATE_ENABLED: '0', HOME: this.home };
    delete env.SHOPKEEPER_DB;
    return env;
  }

  /** Starts `serve`; resolves when it answers. */
  async serve() {
    this.port = await freePort();
    this.log = '';
    this.server = spawn(binary, ['serve', '--host', '127.0.0.1', '--port', String(this.port)], {
      env: this.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.server.stderr.on('data', (chunk) => (this.log = (this.log + chunk).slice(-20_000)));
    const ready = until(async () => {
      if (this.server.exitCode !== null) throw new Error(`serve ended with ${this.server.exitCode}:\n${this.log}`);
      return fetch(`${this.url}/readyz`).then((reply) => reply.ok, () => false);
    }, 'serve to be ready');
    await ready.catch(async (why) => {
      this.server.kill('SIGKILL');
      throw why;
    });
    return this;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async close() {
    if (this.server && this.server.exitCode === null) {
      const exited = once(this.server, 'exit');
      this.server.kill('SIGTERM');
      const [code] = await exited;
      if (code !== 0) throw new Error(`serve ended with ${code} on SIGTERM:\n${this.log}`);
    }
    await rm(this.home, { recursive: true, force: true });
  }
}
