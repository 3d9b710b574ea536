import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Cells, Lookup } from '../../src/api/types.ts';
import { area, percent } from '../../src/logic/format.ts';
import { Ground } from './ground.ts';
import { launch, PHONE, quit, Visit } from './page.ts';
import { Server } from './server.ts';

let server: Server;
let ground: Ground;
const LEADER = '测试人员';

before(async () => {
  server = await Server.start();
  ground = await Ground.of(server);
  await launch();
});
after(async () => {
  await quit();
  await server?.stop();
});

/** A cell with a place inside it. */
function somewhere() {
  for (const [cell, units] of ground.cells()) {
    for (const unit of units) {
      const at = ground.inside(unit);
      if (at) return { cell, unit, at };
    }
  }
  throw new Error('no unit is wide enough');
}

test('a click on the map shows the cell, its figures and where it is', async () => {
  const { cells } = await server.ask<Cells>('/versions/1/cells', {}, null);
  const { cell, unit, at } = somewhere();
  const visit = await Visit.to(server);
  const { page } = visit;
  await page.getByText('试点范围,不是行政区域界线').waitFor();
  await page.getByText('© OpenStreetMap contributors').first().waitFor();
  await page.getByText('审图号').waitFor();
  await visit.shot('view');

  await visit.click(at);
  await page.getByRole('heading', { name: '这里归谁管' }).waitFor();
  const wanted = cells.find((c) => c.id === cell);
  assert.ok(wanted);
  const card = page.getByRole('region', { name: `${cell} ${wanted.name}` });
  await card.waitFor();
  await page.getByText(`基本单元 ${unit}`).waitFor();
  const figures = (await card.textContent()) ?? '';
  for (const text of [percent(wanted.deviation ?? Number.NaN, 'zh'), area(wanted.area_m2, 'zh')]) {
    assert.ok(figures.includes(text), `${text} is not in ${figures}`);
  }
  await visit.settled();
  await visit.shot('view-cell');
  await visit.button('关闭网格').click();
  await card.waitFor({ state: 'detached' });
  await visit.end();
});

test('a place that is typed is looked up, and one outside is said to be outside', async () => {
  const { cell, at } = somewhere();
  const visit = await Visit.to(server);
  const { page } = visit;
  const search = page.getByLabel('查找网格,或按坐标查责任人');
  // Latitude first, as maps of others give it.
  await search.fill(`${at[1]},${at[0]}`);
  await visit.button('查询').click();
  await page.getByRole('region', { name: '这里归谁管' }).getByText(cell, { exact: false }).first().waitFor();
  await search.fill('0, 0');
  await search.press('Enter');
  await page.getByText('这个位置不在任何网格范围内。').waitFor();
  await visit.end();
});

test('the address of a notice board opens with its place', async () => {
  const { cell, at } = somewhere();
  const visit = await Visit.to(server, PHONE, `/?at=${at.join()}`);
  await visit.page.getByRole('region', { name: new RegExp(`^${cell}`) }).waitFor();
  await visit.end();
});

test('without a mouse: search, list, and Enter on the map', async () => {
  const { cell } = somewhere();
  const visit = await Visit.to(server);
  const { page } = visit;
  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: '跳到面板' }).press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type(cell);
  await page.keyboard.press('Enter');
  const card = page.getByRole('region', { name: new RegExp(`^${cell}`) });
  await card.waitFor();
  await page.getByRole('main').getByRole('region').first().focus();
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '这里归谁管' }).waitFor();
  await visit.shot('view-keyboard');
  await visit.end();
});

test('the language can be changed and is remembered', async () => {
  const visit = await Visit.to(server);
  const { page } = visit;
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  await visit.button('Switch to English').click();
  await page.getByRole('heading', { name: 'Cells', exact: true }).waitFor();
  await page.locator('html[lang="en"]').waitFor({ state: 'attached' });
  await page.getByText('a pilot area, not an administrative boundary').waitFor();
  await page.reload();
  await visit.button('切换到中文').waitFor();
  await visit.settled();
  await visit.shot('view-english');
  await visit.end();
});

test('telephone numbers are masked for anybody and whole with a token', async () => {
  const { at } = somewhere();
  const path = `/lookup?lon=${at[0]}&lat=${at[1]}`;
  const { persons } = await server.ask<Lookup>(path);
  const person = persons.find((p) => p.phone && p.level === 'cell');
  assert.ok(person?.phone);
  const visit = await Visit.to(server);
  const { page } = visit;
  await visit.click(at);
  const asked = page.getByRole('region', { name: '这里归谁管' });
  await asked
    .getByText(/^\d{3}\*{4}\d{4}$/)
    .first()
    .waitFor();
  assert.ok(!((await asked.textContent()) ?? '').includes(person.phone));
  await visit.shot('lookup-anonymous');
  await visit.button('登录').click();
  await visit.signIn();
  await asked.getByText(person.phone).waitFor();
  await visit.shot('lookup-token');
  await visit.end();
});

test('leaders stand on the map, asked for once, and in no tile', async () => {
  const visit = await Visit.to(server);
  await visit.button('放大').click();
  await visit.settled();
  const ids = visit.asked.flatMap((url) => new URL(url).searchParams.get('ids')?.split(',') ?? []);
  assert.ok(ids.length > 0);
  assert.deepEqual(ids, [...new Set(ids)]);
  for (const tile of visit.tiles.keys()) {
    const body = Buffer.from(await (await fetch(tile)).arrayBuffer()).toString('utf8');
    assert.ok(!body.includes(LEADER), tile);
  }
  await visit.shot('view-leaders');
  // Nearer still: buildings, and streets with their names.
  await visit.button('放大').click();
  await visit.settled();
  await visit.shot('view-streets');
  await visit.end();
});

test('on a phone the panel lies below, and folds', async () => {
  const { cell, at } = somewhere();
  const visit = await Visit.to(server, PHONE);
  const { page } = visit;
  const [x, y] = await visit.screen(at);
  await page.touchscreen.tap(x, y);
  await page.getByRole('region', { name: new RegExp(`^${cell}`) }).waitFor();
  await visit.shot('phone-cell');
  const wide = await page.evaluate('document.documentElement.scrollWidth');
  assert.ok(Number(wide) <= PHONE.width, `${wide}`);
  const before = await page.getByRole('main').boundingBox();
  await visit.button('收起面板').click();
  await visit.button('展开面板').waitFor();
  const after = await page.getByRole('main').boundingBox();
  assert.ok(before && after && after.height > before.height);
  await visit.shot('phone-folded');
  await visit.end();
});
