// The views of MCP Apps, served by the real binary with the demo shop and shown as a host shows them: by the
// official bridge, in a sandboxed frame of a headless Chromium, worked with the keyboard alone.
import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { getToolUiResourceUri, RESOURCE_MIME_TYPE } from '@modelcontextprotocol/ext-apps/app-bridge';
import { binary, DIRECTOR, Shop } from '../../js/shop.js';
import { Host } from './support/host.js';
import { dictionaryOf, factsOf, shownOf, wordsOf } from './support/fallback.js';
import { resultOf, SAMPLES } from './support/samples.js';

const LANGUAGES = { ru: 'ru-RU', kk: 'kk-KZ', en: 'en-US' };
const HOSTILE = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>&amp;';

async function connected(shop, options = {}) {
  const client = new Client({ name: 'outside-test', version: '1.0.0' }, options);
  await client.connect(new StdioClientTransport({ command: binary, args: ['stdio'], env: shop.env, stderr: 'ignore' }));
  return client;
}

async function viewOf(client, tool) {
  const uri = getToolUiResourceUri(tool);
  const { contents } = await client.readResource({ uri });
  return contents[0];
}

suite('views of MCP Apps', () => {
  let shop, client, tools, host, shown, token;

  before(async () => {
    shop = await Shop.open();
    client = await connected(shop);
    tools = new Map((await client.listTools()).tools.map((tool) => [tool.name, tool]));
    host = await Host.open();
    const signedIn = await client.callTool({
      name: 'login', arguments: { phone: DIRECTOR, password: shop.passwordOf(DIRECTOR) } });
    token = signedIn.structuredContent.access_token;
  });
  afterEach(async () => {
    await host.clear();
    const [leaks, complaints] = [host.leaks.splice(0), host.complaints.splice(0)];
    assert.deepEqual(leaks, [], 'requests tried to leave the view');
    assert.deepEqual(complaints, [], 'the browser complained');
  });
  after(async () => {
    await host?.close();
    await client?.close();
    await shop?.close();
  });

  /** Shows what a tool answers to this call in the view that it names. */
  async function call(name, args = {}, more = {}) {
    const result = await client.callTool({ name, arguments: args });
    const { text: html } = await viewOf(client, tools.get(name));
    shown = await host.show({ html, tool: tools.get(name), input: args, result, client, ...more });
    await tellsNothingNew(result.content[0].text, 'ru');
    return result.structuredContent;
  }

  /** Everything that is shown now stands in this text of a result, too. */
  async function tellsNothingNew(text, language) {
    await shown.frame.locator(`html[lang=${language}] [aria-busy=false] h1`).waitFor({ state: 'attached' });
    const facts = factsOf(text);
    const ours = wordsOf(shown.html, language);
    for (const each of await shownOf(shown)) assert.ok(ours.has(each) || facts.has(each), `no text says: ${each}`);
  }

  /** Shows a sample in the view of its tool. */
  async function sample(name, more = {}, changed = SAMPLES[name]) {
    const tool = tools.get(changed.tool);
    const { text: html } = await viewOf(client, tool);
    shown = await host.show({ html, tool, input: changed.input, result: resultOf(changed), client, ...more });
  }

  test('a client of either era finds the extension and the views that tools name', async () => {
    for (const options of [{}, { versionNegotiation: { mode: { pin: '2026-07-28' } } }]) {
      const asking = await connected(shop, options);
      assert.deepEqual(asking.getServerCapabilities().extensions['io.modelcontextprotocol/ui'], {});
      const listed = new Map((await asking.listResources()).resources.map((each) => [each.uri, each]));
      const named = (await asking.listTools()).tools.filter(getToolUiResourceUri);
      assert.ok(named.length >= 10);
      for (const tool of named) {
        const content = await viewOf(asking, tool);
        assert.equal(content.mimeType, RESOURCE_MIME_TYPE, tool.name);
        assert.equal(listed.get(content.uri).mimeType, RESOURCE_MIME_TYPE);
        assert.deepEqual(content._meta.ui.csp, { connectDomains: [], resourceDomains: [], frameDomains: [], baseUriDomains: [] });
      }
      await asking.close();
    }
  });

  test('products: a key orders one and another tells more of it', async () => {
    const { items } = await call('list_products', { limit: 3 });
    const said = await shown.says(items[0].name);
    for (const { name, price_display: price } of items) {
      assert.ok(said.includes(name));
      assert.ok(said.includes(price));
    }
    const first = items.find(({ available }) => available);
    await shown.tabTo(`order-${first.id}`);
    await shown.press('Enter');
    await shown.says('Отправлено в чат');
    assert.deepEqual(shown.messages, [`Хочу заказать: ${first.name} (товар ${first.id}).`]);

    await shown.tabTo(`more-${first.id}`);
    await shown.press('Space');
    const more = await client.callTool({ name: 'get_product', arguments: { product_id: first.id } });
    await shown.says(more.structuredContent.composition[0].name);
    assert.equal(await shown.inside(() => document.activeElement.id), `more-${first.id}`, 'the focus stays');
    await shown.press('Space');
    await shown.frame.locator('.more').waitFor({ state: 'detached' });
  });

  test('slots: arrow keys walk through the free ones, another key chooses, another day can be looked at', async () => {
    const { slots, date } = await call('get_delivery_slots', { date: 'послезавтра' });
    const free = slots.filter(({ available }) => available);
    assert.ok(free.length >= 2);
    await shown.says(free[0].start.slice(11, 16));
    await shown.tabTo(`slot-${free[0].start}`);
    await shown.press('Space', 'ArrowDown');
    await shown.tabTo('choose');
    await shown.press('Enter');
    await shown.says('Отправлено в чат');
    assert.equal(shown.messages.length, 1);
    assert.ok(shown.messages[0].includes(free[1].start), shown.messages[0]);

    await shown.tabTo('next_day');
    await shown.press('Enter');
    const tomorrow = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
    await shown.frame.locator(`.day time[datetime="${tomorrow}"]`).waitFor();
    assert.equal(await shown.inside(() => document.activeElement.id), 'next_day', 'the focus stays');
  });

  test('order: it is followed from its making to its end by asking anew', async () => {
    const { items: [product] } = (await client.callTool({ name: 'list_products', arguments: { limit: 1 } })).structuredContent;
    const order = await call('create_order', {
      customer_name: 'Айгуль', customer_phone: '+77000001234', items: [{ product_id: product.id, quantity: 1 }],
      delivery_type: 'pickup', delivery_date: 'послезавтра', delivery_time: '15:00',
    });
    const said = await shown.says(order.order_number);
    for (const fact of [order.tracking_id, order.total_display, product.name, '15:00']) assert.ok(said.includes(fact), fact);
    assert.equal(await shown.frame.locator('[aria-current=step]').innerText(), 'Новый');
    await client.callTool({ name: 'update_order_status', arguments: { order_id: order.id, status: 'accepted', token } });
    await shown.tabTo('refresh');
    await shown.press('Enter');
    await shown.says('Обновлено');
    assert.equal(await shown.frame.locator('[aria-current=step]').innerText(), 'Подтверждён');
    assert.equal(await shown.inside(() => document.activeElement.id), 'refresh', 'the focus stays');
  });

  test('confirmation: yes calls the tool again with the token, no does nothing', async () => {
    const { tool, input, refusal } = SAMPLES.confirmation;
    const calls = [];
    await sample('confirmation', { client: null });
    shown.bridge.oncalltool = async (params) => (calls.push(params), resultOf(SAMPLES.order));
    await shown.says(refusal.details.effect);
    await shown.tabTo('yes');
    await shown.press('Enter');
    await shown.says('Готово');
    assert.deepEqual(calls, [{ name: tool, arguments: { ...input, confirmation_token: refusal.details.confirmation_token } }]);
    assert.ok(shown.notes[0].includes(refusal.details.effect));

    await sample('confirmation', { client: null });
    shown.bridge.oncalltool = async (params) => (calls.push(params), resultOf(SAMPLES.order));
    await shown.tabTo('no');
    await shown.press('Enter');
    await shown.says('Ничего не изменено');
    assert.equal(calls.length, 1);
    assert.ok(shown.notes[0].includes('declined'));
  });

  test('a refusal is told in its own words', async () => {
    await call('track_order', { tracking_id: '123456789' });
    const said = await shown.says('Не получилось');
    const { content } = await client.callTool({ name: 'track_order', arguments: { tracking_id: '123456789' } });
    assert.ok(said.includes(JSON.parse(content[0].text).error.message));
  });

  test('a view asks nothing of a host that can do nothing, and shows the same', async () => {
    for (const name of ['products', 'slots', 'order']) {
      await sample(name, { capabilities: {}, client: null });
      const { data } = SAMPLES[name];
      await shown.says(data.order_number ?? data.items?.[0].name ?? '11:00');
      assert.equal(await shown.frame.locator('button').count(), 0, name);
    }
  });

  test('a host without structured content or _meta is read from the text', async () => {
    for (const name of Object.keys(SAMPLES)) {
      const { content, isError } = resultOf(SAMPLES[name]);
      const { text: html } = await viewOf(client, tools.get(SAMPLES[name].tool));
      shown = await host.show({ html, tool: tools.get(SAMPLES[name].tool) });
      await shown.bridge.sendToolResult({ content, ...(isError && { isError }) });
      const { data, refusal } = SAMPLES[name];
      await shown.says(refusal?.details.effect ?? data.order_number ?? data.items?.[0].name ?? '11:00');
    }
  });

  test('language and theme follow the host, at the start and later', async () => {
    const titles = {
      products: { ru: 'Товары', kk: 'Тауарлар', en: 'Products' },
      slots: { ru: 'Время доставки', kk: 'Жеткізу уақыты', en: 'Delivery time' },
      order: { ru: 'Заказ', kk: 'тапсырысы', en: 'Order' },
      confirmation: { ru: 'Подтвердите действие', kk: 'Әрекетті растаңыз', en: 'Please confirm' },
    };
    for (const [name, title] of Object.entries(titles)) {
      await sample(name, { context: { theme: 'dark', locale: 'kk-KZ' } });
      const look = () => shown.inside(() => {
        const { backgroundColor, fontFamily } = getComputedStyle(document.body);
        return { dark: backgroundColor, font: fontFamily, lang: document.documentElement.lang };
      });
      const expected = async (language) => {
        await shown.frame.locator(`html[lang=${language}]`).waitFor();
        const heading = await shown.frame.locator('h1').textContent();
        assert.ok(heading.includes(title[language]), `${name} in ${language}: ${heading}`);
      };
      await expected('kk');
      const dark = await look();
      assert.ok(dark.font.startsWith('Inter'), "the host's font is used");
      shown.bridge.setHostContext({ theme: 'light', locale: 'en-GB', styles: {} });
      await expected('en');
      assert.notEqual((await look()).dark, dark.dark);
      shown.bridge.setHostContext({ theme: 'light', locale: 'ru', styles: {} });
      await expected('ru');
      shown.bridge.setHostContext({ theme: 'light', locale: 'de-DE', styles: {} });
      await expected('ru');  // the first language stands in for those that no view speaks
    }
  });

  test('every language says everything, about the same values', async () => {
    const { text: html } = await viewOf(client, tools.get('list_products'));
    const { ru, ...others } = dictionaryOf(html);
    const values = (phrase) => [phrase].flat().map((each) => (each.match(/\{\w+\}/g) ?? []).sort());
    for (const [language, words] of Object.entries(others)) {
      assert.deepEqual(Object.keys(words).sort(), Object.keys(ru).sort(), language);
      for (const key of Object.keys(ru)) assert.deepEqual(values(words[key]), values(ru[key]), `${language}: ${key}`);
    }
  });

  test('everything a view shows stands in the text of the result', async () => {
    for (const name of Object.keys(SAMPLES)) {
      for (const [language, locale] of Object.entries(LANGUAGES)) {
        await sample(name, { context: { locale } });
        await tellsNothingNew(resultOf(SAMPLES[name]).content[0].text, language);
      }
    }
    const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    for (const [name, args] of [
      ['get_bestsellers', {}], ['get_featured_products', {}],
      ['search_products_smart', { query: 'красные розы до 20 тысяч' }],
      ['search_products_smart', { query: 'букет за 100 тенге' }],
      ['search_products_smart', { query: 'велосипед' }],
      ['get_delivery_slots', { date: 'сегодня' }], ['get_delivery_slots', { date: day(400) }],
      ['get_delivery_slots', { delivery_type: 'pickup', date: 'завтра' }],
    ]) await call(name, args);
    const { items: orders } = (await client.callTool({ name: 'list_orders', arguments: { token } })).structuredContent;
    const kinds = new Map(orders.map(({ id, status, delivery_type: type }) => [`${status} ${type}`, id]));
    for (const id of kinds.values()) await call('get_order', { order_id: id, token });
  });

  test("what customers and shops write stays text, whatever it looks like", async () => {
    for (const name of Object.keys(SAMPLES)) {
      const hostile = JSON.parse(JSON.stringify(SAMPLES[name]), (key, value) =>
        (/^(name|description|product_name|recipient_name|delivery_address|effect|price_display)$/.test(key) && value !== null
          ? HOSTILE : value));
      await sample(name, {}, hostile);
      if (name !== 'slots') await shown.says(HOSTILE);
      assert.equal(await shown.inside(() => window.harmed), undefined);
      assert.equal(await shown.frame.locator('img, main script, a, iframe').count(), 0);
    }
    // And should a view ever try, the page's own policy does not let it.
    await sample('order');
    const tried = await shown.inside(() => {
      try {
        document.getElementById('view').innerHTML = '<b>x</b>';
        return 'done';
      } catch (refused) {
        return refused.name;
      }
    });
    assert.equal(tried, 'TypeError');
    assert.equal(host.complaints.splice(0).length, 1, 'the browser says that it did not let it');
  });

  test('the frame is as high as the view, and narrow screens need no scrolling to the side', async () => {
    for (const name of Object.keys(SAMPLES)) {
      for (const width of [320, 720]) {
        await sample(name, { width });
        await shown.frame.locator('h1').waitFor();
        const { wide, high } = await shown.inside(async () => {
          await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
          return { wide: document.documentElement.scrollWidth, high: document.documentElement.scrollHeight };
        });
        assert.ok(wide <= width, `${name} is ${wide} px wide in ${width}`);
        await shown.page.waitForFunction((px) => document.querySelector('iframe').clientHeight === px, high);
      }
    }
  });

  test('a view that tried to fetch something would be caught', async () => {
    const other = await Host.open();
    for (const html of [
      '<script>location = "http://away.invalid/"</script>',
      '<script>fetch("http://away.invalid/").catch(() => {})</script>', '<img src="http://away.invalid/">',
    ]) {
      const page = `<!doctype html>${html}`;
      const caught = new Promise((seen) => { other.onCaught = seen; });
      other.show({ html: page }).catch(() => {});  // such a page never introduces itself
      await caught;
    }
    await other.close();
    assert.ok(other.leaks.includes('http://away.invalid/'));
    assert.ok(other.complaints.length >= 2);
  });

  test('a host can take a view down', async () => {
    await sample('order');
    assert.deepEqual(await shown.bridge.teardownResource({}), {});
  });
});
