// A real shop for one run: the built binary, a home of its own with the demo shop in it, and as many HTTP
// servers on free ports of this machine as are asked for.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { temporaryFolder, whenLeaving } from './leaving.js';
import { freePort, Server } from './server.js';

export const binary = process.env.SHOPKEEPER_BINARY;

export const DIRECTOR = '+77000000801';
export const FLORIST = '+77000000803';

const isReady = (server) => fetch(`${server.origin}/readyz`).then((reply) => reply.ok, () => false);

export class Shop {
  #folder = temporaryFolder('shopkeeper-');
  #servers = [];
  #passwords = new Map();

  /** Makes the shop; `database` is a URL, without one it is a file in the shop's home. */
  static async open({ database } = {}) {
    if (!binary) throw new Error('SHOPKEEPER_BINARY names no binary; ./dev test and ./dev prove set it');
    const shop = new Shop();
    shop.database = database;
    const printed = await shop.run('init', '--demo');
    for (const [, phone, password] of printed.matchAll(/(\+7700\d{7})\s+(\S+)$/gm))
      shop.#passwords.set(phone, password);
    if (shop.#passwords.size === 0) throw new Error(`init --demo printed no passwords:\n${printed}`);
    return shop;
  }

  get home() {
    return this.#folder.path;
  }

  /** What every process of this shop runs with: its own home, nothing else of ours from outside. */
  get env() {
    const foreign = ([name]) => name.startsWith('SHOPKEEPER_');
    return {
      ...Object.fromEntries(Object.entries(process.env).filter((variable) => !foreign(variable))),
      SHOPKEEPER_HOME: this.home,
      SHOPKEEPER_RATE_ENABLED: '0',
      HOME: this.home,
      ...(this.database && { SHOPKEEPER_DB: this.database }),
    };
  }

  passwordOf(phone) {
    return this.#passwords.get(phone);
  }

  async #toItsEnd(args) {
    const running = promisify(execFile)(binary, args, { env: this.env });
    const stays = whenLeaving(() => running.child.kill('SIGKILL'));
    try {
      return await running;
    } finally {
      stays();
    }
  }

  /** Runs a command of the binary to its end; resolves to what it printed, throws what it refused. */
  async run(...args) {
    const { stdout, stderr } = await this.#toItsEnd(args);
    return stdout + stderr;
  }

  /** What `db check` finds wrong, as lines; none when all is well. */
  async check() {
    const said = await this.#toItsEnd(['db', 'check', '--json']).catch((failure) => failure);
    const report = said.stdout?.startsWith('{') ? JSON.parse(said.stdout) : undefined;
    if (!report?.checks) throw new Error(`db check did not check: ${said.stderr || said.message}`);
    return report.findings.map(({ check, table, rule, ids }) =>
      `db check: ${check}, ${table} ${ids.join(', ')}: ${rule}`);
  }

  /** Starts `serve` on a free port or the one given, with these settings; resolves when it is ready. */
  async startServer(port, ready = isReady, settings = {}) {
    const at = port ?? (await freePort());
    const command = [binary, 'serve', '--host', '127.0.0.1', '--port', String(at)];
    const server = await Server.start(command, at, { ...this.env, ...settings }, ready);
    this.#servers.push(server);
    return server;
  }

  /** Starts the one server of a shop that needs no more. */
  async serve() {
    this.server = await this.startServer();
    return this;
  }

  get url() {
    return this.server.origin;
  }

  /** Stops what still runs and removes the home; a server that does not end well on SIGTERM is an error. */
  async close() {
    const running = this.#servers.filter((server) => !server.hasEnded);
    const codes = await Promise.all(running.map((server) => server.stop()));
    this.#folder.remove();
    running.forEach((server, i) => {
      if (codes[i] !== 0) throw new Error(`serve ended with ${codes[i]} on SIGTERM:\n${server.log}`);
    });
  }
}
