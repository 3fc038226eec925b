// Customers who order under a key of their own for each order, and repeat a call under the same key for as
// long as they have no answer: because the connection was lost, or because the shop asked for patience.
import { Caller, Lost } from '../js/mcp.js';
import { pause } from '../js/server.js';
import { orderOf } from './goods.js';

const AGAIN_MS = 20;
const PATIENCE_MS = 60_000;

/** The two refusals that are always safe to repeat. */
const asksForPatience = (refusal) =>
  refusal.code === 'unavailable' || refusal.details?.reason === 'idempotency_in_flight';

export class Customers {
  /** The order number told for each key. */
  acknowledged = new Map();
  /** How many first answers were replays: the order was made, its answer was lost. */
  answeredLate = 0;
  /** How often a connection was lost. */
  lost = 0;
  /** How often the shop asked to repeat the call. */
  putOff = 0;
  inFlight = 0;
  findings = [];
  #next = 0;
  #waiting = [];

  constructor(url, goods, orders, prefix) {
    this.url = url;
    this.goods = goods;
    this.orders = orders;
    this.prefix = prefix;
  }

  /** Resolves when every order is answered or given up. */
  async order(clients) {
    await Promise.all(Array.from({ length: clients }, () => this.#customer()));
    for (const { go } of this.#waiting.splice(0)) go();
  }

  /** Resolves when that many orders are answered, or when no more are to come. */
  reached(count) {
    if (this.acknowledged.size >= count) return Promise.resolve();
    return new Promise((go) => this.#waiting.push({ count, go }));
  }

  /** Repeats every answered call once more: what does not return its first order is a finding. */
  async repeatAll(clients) {
    const keys = [...this.acknowledged.keys()];
    const repeat = async () => {
      for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
        const { value, refusal } = await new Caller(this.url).call('create_order', this.#argumentsOf(key));
        const got = refusal?.code ?? `${value.order_number}${value.idempotent_replay ? '' : ', a new one'}`;
        if (got !== this.acknowledged.get(key))
          this.findings.push(`key ${key}, repeated: ${got} instead of ${this.acknowledged.get(key)}`);
      }
    };
    await Promise.all(Array.from({ length: clients }, repeat));
  }

  /** The same arguments for the same key, whoever sends them. */
  #argumentsOf(key) {
    const client = Number(key.split('-').at(-1)) % 1000;
    return { ...orderOf(this.goods, client), notes: key, idempotency_key: key };
  }

  async #customer() {
    while (this.#next < this.orders) {
      const key = `${this.prefix}-${this.#next++}`;
      const order = await this.#untilAnswered(key);
      if (!order) continue;
      this.acknowledged.set(key, order.order_number);
      if (order.idempotent_replay) this.answeredLate += 1;
      const due = this.#waiting.filter(({ count }) => count <= this.acknowledged.size);
      this.#waiting = this.#waiting.filter((waiter) => !due.includes(waiter));
      for (const { go } of due) go();
    }
  }

  async #untilAnswered(key) {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      this.inFlight += 1;
      try {
        const { value, refusal } = await new Caller(this.url).call('create_order', this.#argumentsOf(key));
        if (value) return value;
        if (!asksForPatience(refusal)) {
          this.findings.push(`key ${key} heard ${refusal.code}: ${refusal.message}`);
          return undefined;
        }
        this.putOff += 1;
      } catch (why) {
        if (!(why instanceof Lost)) throw why;
        this.lost += 1;
      } finally {
        this.inFlight -= 1;
      }
      await pause(AGAIN_MS);
    }
    this.findings.push(`key ${key} had no answer within ${PATIENCE_MS} ms`);
    return undefined;
  }
}
