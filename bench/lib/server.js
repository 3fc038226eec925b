// A process under measurement that listens on HTTP, and what the kernel says about it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

export class Server {
  /** `command` is [program, ...arguments]; resolves when something listens on the port. */
  static async start(command, port, env) {
    const server = new Server();
    server.url = `http://127.0.0.1:${port}/mcp`;
    server.process = spawn(command[0], command.slice(1), { env, stdio: 'ignore' });
    for (let attempt = 0; ; attempt += 1) {
      if (server.process.exitCode !== null || attempt > 500) throw new Error(`${command.join(' ')} does not serve`);
      if (await fetch(server.url).then(() => true, () => false)) return server;
      await new Promise((next) => setTimeout(next, 20));
    }
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

  async stop() {
    if (this.process.exitCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const force = setTimeout(() => this.process.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(force);
  }
}
