// A PostgreSQL server of our own for one run; tests/support/postgres_cluster.sh makes it, on a free loopback
// port by an unprivileged user, and removes it when this program ends, however it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../tests/support/postgres_cluster.sh', import.meta.url));
/** Its exit code where no PostgreSQL can be started. */
const SKIPPED = 77;

export class Cluster {
  #process;
  #gone;
  #lines;
  #complaints = '';

  /**
   * Starts a server with an empty database at `url`: on the disk and as durable as PostgreSQL is by default, or
   * in memory where there is room and as quick as it can be.
   */
  static async open({ durable }) {
    const cluster = new Cluster();
    const args = [script, durable ? 'durable' : 'lasting'];
    cluster.#process = spawn('bash', args, { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
    cluster.#gone = once(cluster.#process, 'exit');
    cluster.#lines = createInterface({ input: cluster.#process.stdout })[Symbol.asyncIterator]();
    cluster.#process.stderr.on('data', (chunk) => (cluster.#complaints += chunk));
    cluster.url = await cluster.#hear();
    return cluster;
  }

  async #hear() {
    const { value, done } = await this.#lines.next();
    if (!done) return value;
    const [code] = await this.#gone;
    const what = code === SKIPPED ? 'PostgreSQL cannot be started here' : 'PostgreSQL ended';
    throw new Error(`${what}: ${this.#complaints.trim()}`);
  }

  async #tell(word) {
    this.#process.stdin.write(`${word}\n`);
    await this.#hear();
  }

  /** kill -9 of the postmaster and of all its children; resolves when they are gone. */
  kill() {
    return this.#tell('kill');
  }

  /** Starts it on the data folder as it is; resolves when it takes connections. */
  start() {
    return this.#tell('start');
  }

  /** Stops the server and removes its folder. */
  async remove() {
    this.#process.stdin.end();
    await this.#gone;
  }
}
