// A process that listens on HTTP, and what the kernel says about it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { whenLeaving } from './leaving.js';

const START_MAX_MS = 10_000;
const LOG_CHUNKS_MAX = 8;  // of at most 64 KiB each

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

export const pause = (ms) => new Promise((next) => setTimeout(next, ms));

/** Ready when something answers, whatever it says. */
const answersAtAll = (server) => fetch(server.url).then((reply) => reply.text()).then(() => true, () => false);

export class Server {
  #heard = [];

  /** `command` is [program, ...arguments]; resolves when `isReady` says so, by default when it listens. */
  static async start(command, port, env, isReady = answersAtAll) {
    const server = new Server();
    server.port = port;
    server.process = spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'ignore', 'pipe'] });
    server.gone = once(server.process, 'exit');
    const stays = whenLeaving(() => server.process.kill('SIGKILL'));
    server.gone.then(stays, stays);
    // Kept as it comes: a server under load says much, and whoever listens shares its processor.
    server.process.stderr.on('data', (chunk) => {
      if (server.#heard.push(chunk) > LOG_CHUNKS_MAX) server.#heard.shift();
    });
    const deadline = performance.now() + START_MAX_MS;
    while (!(await isReady(server))) {
      if (server.hasEnded || performance.now() > deadline) {
        await server.kill();
        throw new Error(`${command.join(' ')} does not serve:\n${server.log}`);
      }
      await pause(5);
    }
    return server;
  }

  /** The end of what it said on stderr. */
  get log() {
    return Buffer.concat(this.#heard).toString();
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  get url() {
    return `${this.origin}/mcp`;
  }

  get hasEnded() {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  get residentMib() {
    return this.#status('VmRSS');
  }

  /** The most it ever held. */
  get peakMib() {
    return this.#status('VmHWM');
  }

  #status(field) {
    const text = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(text.match(new RegExp(`^${field}:\\s+(\\d+)`, 'm'))[1]) / 1024;
  }

  /** Processor time so far in seconds. */
  get cpuSeconds() {
    const fields = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Without a warning, as a crash would; resolves when it is gone. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.gone;
  }

  /** As an operator stops it, by force after five seconds; resolves to its exit code. */
  async stop() {
    this.process.kill('SIGTERM');
    const force = setTimeout(() => this.process.kill('SIGKILL'), 5000);
    const [code] = await this.gone;
    clearTimeout(force);
    return code;
  }
}
