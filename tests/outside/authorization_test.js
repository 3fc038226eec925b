// The official SDK clients sign a director in through a real browser: they find the login page by
// themselves, work within what was allowed, ask for more, and renew what has run out.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { temporaryFolder } from '../../js/leaving.js';
import { DIRECTOR, Shop } from '../../js/shop.js';

const PATIENCE_MS = 60_000;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const identity = { name: 'outside-test', version: '1.0.0' };
const pinned = { versionNegotiation: { mode: { pin: '2026-07-28' } } };

const STRANGERS = {
  'SDK 1': {
    client: () => new ClientV1(identity), Transport: HttpV1,
    finish: (transport, answer) => transport.finishAuth(answer.get('code')), stepsUp: false,
  },
  'SDK 2 by handshake': {
    client: () => new ClientV2(identity), Transport: HttpV2,
    finish: (transport, answer) => transport.finishAuth(answer), stepsUp: true,
  },
  'SDK 2 pinned to 2026-07-28': {
    client: () => new ClientV2(identity, pinned), Transport: HttpV2,
    finish: (transport, answer) => transport.finishAuth(answer), stepsUp: true,
  },
};

/** Where a program on this machine waits for the answer of the login page. */
class Callback {
  static async listen() {
    const callback = new Callback();
    callback.server = createServer((request, reply) => {
      const url = new URL(request.url, callback.url);
      reply.end('done');
      if (url.pathname === '/callback') callback.arrived?.(url.searchParams);
    }).listen(0, '127.0.0.1');
    await once(callback.server, 'listening');
    return callback;
  }

  get url() {
    return `http://127.0.0.1:${this.server.address().port}/callback`;
  }

  next() {
    return new Promise((arrived) => (this.arrived = arrived));
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** What the SDK asks a program to keep. */
class Provider {
  constructor(redirectUrl) {
    this.redirectUrl = redirectUrl;
  }

  get clientMetadata() {
    return {
      client_name: 'Outside & "test"', redirect_uris: [this.redirectUrl], application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  state() {
    return 'a state with & and =';
  }

  clientInformation() {
    return this.known;
  }

  saveClientInformation(known) {
    this.known = known;
  }

  tokens() {
    return this.kept;
  }

  saveTokens(tokens) {
    this.kept = tokens;
  }

  redirectToAuthorization(url) {
    this.wanted = url;
  }

  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }

  codeVerifier() {
    return this.verifier;
  }

  saveDiscoveryState(state) {
    this.discovered = state;
  }

  discoveryState() {
    return this.discovered;
  }
}

suite('authorization', () => {
  let shop, callback, browser, folder;
  before(async () => {
    shop = await Shop.open();
    callback = await Callback.listen();
    folder = temporaryFolder('shopkeeper-chromium-');
    const executablePath = '/usr/bin/chromium';
    assert.ok(existsSync(executablePath), 'no Chromium; ./dev test installs it');
    browser = await chromium.launchPersistentContext(folder.path, {
      executablePath, headless: true, args: FLAGS, timeout: PATIENCE_MS, locale: 'en-US',
    });
    browser.setDefaultTimeout(PATIENCE_MS);
  });
  after(async () => {
    await browser?.close();
    folder?.remove();
    callback?.close();
    await shop?.close();
  });

  /**
   * A person at the login page: signs in where asked to, allows, and the program hears. Pages stay open until
   * the browser ends: that one closes is not always reported, and nothing here depends on it.
   */
  async function allow(url, { password = shop.passwordOf(DIRECTOR), sees = [], changes = false } = {}) {
    const page = await browser.newPage();
    const complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    const answer = callback.next();
    await page.goto(url.href);
    if (await page.locator('input[name=password]').count()) {
      await page.fill('input[name=phone]', DIRECTOR);
      await page.fill('input[name=password]', password);
      await page.click('button[type=submit]');
    }
    const allowing = page.locator('button[value=allow]');
    await allowing.waitFor();
    const text = await page.locator('main').innerText();
    for (const words of ['Outside & "test"', ...sees]) assert.ok(text.includes(words), `${words} in: ${text}`);
    if (changes) await page.check('input[name=changes]');
    await allowing.click();
    const parameters = await answer;
    assert.deepEqual(complaints, []);
    assert.equal(parameters.get('iss'), shop.server.origin);
    assert.equal(parameters.get('state'), 'a state with & and =');
    return parameters;
  }

  async function serve(mode) {
    shop.server = await shop.startServer(undefined, undefined, {
      SHOPKEEPER_AUTH_LOGIN_PAGE: '1', SHOPKEEPER_AUTH_MODE: mode,
    });
  }

  /** Calls until the SDK sends the person to the login page; resolves to that URL. */
  async function sentToLogin(provider, work) {
    provider.wanted = undefined;
    await assert.rejects(work, (why) => /nauthorized/.test(`${why.name} ${why.constructor.name} ${why.message}`));
    assert.ok(provider.wanted, 'nobody was sent to the login page');
    return provider.wanted;
  }

  for (const [name, stranger] of Object.entries(STRANGERS)) {
    test(`${name}: a guest becomes staff when a tool needs it, and renews by itself`, { timeout: 180_000 }, async () => {
      await serve('auto');
      await browser.clearCookies();
      const provider = new Provider(callback.url);
      const connect = async () => {
        const client = stranger.client();
        const transport = new stranger.Transport(new URL(shop.server.url), { authProvider: provider });
        await client.connect(transport);
        return { client, transport };
      };
      const call = async ({ client }, tool, args = {}) => {
        const result = await client.callTool({ name: tool, arguments: args });
        assert.ok(!result.isError, `${tool}: ${result.content?.[0]?.text}`);
        return result.structuredContent;
      };

      const guest = await connect();
      assert.ok((await call(guest, 'list_products', { limit: 1 })).items.length);
      const url = await sentToLogin(provider, () => call(guest, 'list_warehouse_items', { limit: 1 }));
      assert.equal(url.searchParams.get('resource'), shop.server.url);
      assert.ok(url.searchParams.get('scope').split(' ').includes('warehouse:read'));
      const answer = await allow(url, { sees: ['see the warehouse', 'a program on this computer'] });
      await stranger.finish(guest.transport, answer);
      await guest.client.close();

      const staff = await connect();
      assert.ok((await call(staff, 'list_warehouse_items', { limit: 1 })).items.length);
      assert.equal((await call(staff, 'get_current_user')).phone, DIRECTOR);

      const first = provider.kept;
      provider.kept = { ...first, access_token: `${first.access_token}x` };
      assert.ok((await call(staff, 'list_warehouse_items', { limit: 1 })).items.length);
      assert.notEqual(provider.kept.refresh_token, first.refresh_token);

      const change = { name: 'update_shop_settings', arguments: { delivery_cost: 1600 } };
      if (stranger.stepsUp) {
        const more = await sentToLogin(provider, () => staff.client.callTool(change));
        const asked = more.searchParams.get('scope').split(' ');
        assert.ok(asked.includes('shop:write') && asked.includes('warehouse:read'), asked.join(' '));
        await stranger.finish(staff.transport, await allow(more, { sees: ["change the shop's settings"] }));
      } else {
        await assert.rejects(() => staff.client.callTool(change), /403|insufficient/);
      }
      await staff.client.close();

      // Used a second time, a refresh token ends everything that came of it.
      if (!stranger.stepsUp) {
        const renew = (token) => fetch(`${shop.server.origin}/token`, {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, client_id: provider.known.client_id }),
        });
        assert.equal((await renew(first.refresh_token)).status, 400);
        assert.equal((await renew(provider.kept.refresh_token)).status, 400);
      } else {
        const again = await connect();
        assert.equal((await call(again, change.name, change.arguments)).delivery_cost, 1600);
        await again.client.close();
      }
    });
  }

  test('where everybody must sign in, a program is sent to the login page at once', { timeout: 120_000 }, async () => {
    await serve('required');
    await browser.clearCookies();
    const provider = new Provider(callback.url);
    const transport = () => new HttpV2(new URL(shop.server.url), { authProvider: provider });
    const first = transport();
    const url = await sentToLogin(provider, () => new ClientV2(identity).connect(first));
    await first.finishAuth(await allow(url, { changes: true }));
    const client = new ClientV2(identity);
    await client.connect(transport());
    const settings = await client.callTool({ name: 'update_shop_settings', arguments: { delivery_cost: 1700 } });
    assert.equal(settings.structuredContent?.delivery_cost, 1700, settings.content?.[0]?.text);
    await client.close();
  });

  test('a wrong password stays on the page', { timeout: 60_000 }, async () => {
    await browser.clearCookies();
    const page = await browser.newPage();
    const provider = new Provider(callback.url);
    const transport = new HttpV2(new URL(shop.server.url), { authProvider: provider });
    await page.goto((await sentToLogin(provider, () => new ClientV2(identity).connect(transport))).href);
    await page.fill('input[name=phone]', DIRECTOR);
    await page.fill('input[name=password]', 'not the password');
    await page.click('button[type=submit]');
    await page.locator('[role=alert]').waitFor();
    assert.equal(new URL(page.url()).origin, shop.server.origin);
  });
});
