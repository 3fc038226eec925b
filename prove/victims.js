// What can be killed: `kill()` ends it without a warning, `start()` resolves when the shop answers again, and
// `findings()` tells what else went wrong.
import { Caller, Lost } from '../js/mcp.js';
import { pause } from '../js/server.js';

const ANSWER_MAX_MS = 30_000;

/** Whether the shop behind this server answers a question that only its database can answer. */
async function answers(server) {
  try {
    return Boolean((await new Caller(server.url).call('list_products', { limit: 1 })).value);
  } catch (why) {
    if (why instanceof Lost) return false;
    throw why;
  }
}

export class ServerVictim {
  name = 'the server';

  constructor(shop, server) {
    this.shop = shop;
    this.server = server;
  }

  kill() {
    return this.server.kill();
  }

  async start() {
    this.server = await this.shop.startServer(this.server.port, answers);
  }

  findings() {
    return [];
  }
}

export class ClusterVictim {
  name = 'PostgreSQL';

  constructor(cluster, server) {
    this.cluster = cluster;
    this.server = server;
  }

  kill() {
    return this.cluster.kill();
  }

  async start() {
    await this.cluster.start();
    const deadline = performance.now() + ANSWER_MAX_MS;
    while (!(await answers(this.server)) && performance.now() < deadline) await pause(5);
  }

  findings() {
    return this.server.hasEnded ? [`the server ended when PostgreSQL did:\n${this.server.log}`] : [];
  }
}
