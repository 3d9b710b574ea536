import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Cells, LonLat, Plan } from '../../src/api/types.ts';
import { sentence } from '../../src/i18n/index.ts';
import { Ground, type Task, task } from './ground.ts';
import { launch, PHONE, quit, Visit } from './page.ts';
import { Server } from './server.ts';

let server: Server;
let ground: Ground;
let what: Task;

before(async () => {
  const trial = await Server.start();
  try {
    ground = await Ground.of(trial);
    what = await task(trial, ground);
  } finally {
    await trial.stop();
  }
  server = await Server.start();
  await launch();
});
after(async () => {
  await quit();
  await server?.stop();
});

function inside(unit: string): LonLat {
  const at = ground.inside(unit);
  assert.ok(at);
  return at;
}

async function cells(version: number): Promise<Map<string, number>> {
  const { cells } = await server.ask<Cells>(`/versions/${version}/cells`);
  return new Map(cells.map((c) => [c.id, c.units]));
}

/** Opens the draft with the target chosen on the map. */
async function planning(): Promise<Visit> {
  const visit = await Visit.to(server);
  await visit.button('规划').click();
  await visit.signIn();
  await visit.page.getByText('草稿,尚未公开').waitFor();
  await visit.button(/^选目标/).waitFor();
  await visit.settled();
  await visit.click(inside(what.home));
  await visit.page.getByText(new RegExp(`要并入 ${what.target} 的单元`)).waitFor();
  return visit;
}

const sums = (visit: Visit) => visit.page.getByRole('region', { name: '前后对比' });
const history = (visit: Visit) => visit.page.getByRole('region', { name: '修改记录' });

test('a wrong token is refused with a reason', async () => {
  const visit = await Visit.to(server);
  const { page } = visit;
  await visit.button('规划').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('令牌').fill('not-a-token');
  await visit.button('登录', dialog).click();
  await dialog.getByText('令牌无效或已停用。').waitFor();
  await visit.shot('sign-in-refused');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await visit.end();
});

test('paint two units, be refused on a third, undo, redo, publish', async () => {
  const visit = await planning();
  const { page } = visit;
  const before = await cells(2);
  const units = before.get(what.target) ?? 0;
  const old = new Map(visit.tiles);

  // Under the pointer: what would become of it.
  const [x, y] = await visit.screen(inside(what.taken[0]));
  await page.mouse.move(x, y);
  await sums(visit).getByText(`如果移入单元 ${what.taken[0]}`).waitFor();
  await visit.shot('plan-preview');

  for (const [i, unit] of what.taken.entries()) {
    await visit.click(inside(unit));
    await history(visit).getByText(`${unit} → 网格 ${what.target}`).waitFor();
    const row = sums(visit)
      .getByRole('table', { name: new RegExp(what.target) })
      .getByRole('row', { name: /基本单元/ });
    await row.getByText(String(units + i + 1), { exact: true }).waitFor();
  }
  await visit.settled();
  assert.ok(
    [...old].some(([url, etag]) => visit.tiles.get(url) !== etag),
    'no tile changed',
  );
  assert.equal((await cells(2)).get(what.target), units + 2);
  await visit.shot('plan-painted');

  await visit.click(inside(what.refused));
  const refusal = page.getByRole('alert').filter({ hasText: '没有修改' });
  const reason = sentence({ title: '', status: 422, code: what.code }, 'zh');
  await refusal.getByText(reason).waitFor();
  // The same words at the place on the map.
  await page.getByRole('main').getByText(reason).waitFor();
  await refusal.getByText('涉及单元').waitFor();
  await visit.shot('plan-refused');
  assert.equal((await cells(2)).get(what.target), units + 2);

  await visit.button('撤销').click();
  await history(visit).getByText('已撤销').first().waitFor();
  assert.equal((await cells(2)).get(what.target), units + 1);
  await visit.button('重做').click();
  await visit.button('重做').and(page.locator(':disabled')).waitFor();
  assert.equal((await cells(2)).get(what.target), units + 2);
  await page.keyboard.press('Control+z');
  await visit.button('重做').and(page.locator(':enabled')).waitFor();
  await visit.settled();
  assert.equal((await cells(2)).get(what.target), units + 1);

  await visit.button('发布…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('说明').fill('按社区意见调整');
  await visit.shot('plan-publish');
  await visit.button('发布', dialog).click();
  await page.getByText('第 2 版已发布。').waitFor();
  const plan = await server.ask<Plan>('/plans/grid', {}, null);
  assert.equal(plan.published, 2);
  assert.equal(plan.versions.find((v) => v.version === 2)?.note, '按社区意见调整');

  // Anybody sees it now, on the map too.
  await visit.end();
  const viewer = await Visit.to(server);
  await viewer.click(inside(what.taken[0]));
  await viewer.page.getByRole('region', { name: new RegExp(`^${what.target}`) }).waitFor();
  await viewer.shot('plan-published');
  await viewer.end();
});

test('a change of somebody else is explained and taken up', async () => {
  const visit = await planning();
  const { page } = visit;
  await server.edit({ kind: 'assign', units: [what.taken[1]], cell: what.target });
  await page.getByLabel('按编号移入单元').fill(what.refused);
  await visit.button('移入').click();
  const dialog = page.getByRole('dialog', { name: '草稿已被他人修改' });
  await dialog.getByText(`${what.taken[1]} → 网格 ${what.target}`).waitFor();
  await visit.shot('plan-stale');
  await visit.button('载入最新草稿', dialog).click();
  await history(visit).getByText(`${what.taken[1]} → 网格 ${what.target}`).waitFor();
  await visit.button('撤销').click();
  await history(visit).getByText('已撤销').waitFor();
  await visit.end();
});

test('a cell that would be left empty can be merged as a whole, and comes back', async () => {
  // A cell of one unit, to begin with.
  await server.edit({ kind: 'split', units: [what.taken[1]] });
  const visit = await planning();
  const { page } = visit;
  const targets = page.getByLabel('目标网格').getByRole('option');
  const count = await targets.count();
  await visit.click(inside(what.taken[1]));
  await visit.button(new RegExp(`整个并入 ${what.target}$`)).click();
  await history(visit).getByText(`合并:${what.taken[1]} → 网格 ${what.target}`).waitFor();
  assert.equal(await targets.count(), count - 1);
  await visit.settled();
  await visit.shot('plan-merged');
  await visit.button('撤销').click();
  await visit.button('重做').and(page.locator(':enabled')).waitFor();
  assert.equal(await targets.count(), count);
  await visit.end();
  await server.edit({ kind: 'undo' });
});

test('after an edit the loads around are made right, and it can be undone', async () => {
  const { draft } = await server.ask<Plan>('/plans/grid');
  const state = async () => (await server.ask<Cells>(`/versions/${draft}/cells`)).cells;
  const outside = (cells: Cells['cells']) => cells.filter((c) => Math.abs(c.deviation ?? 0) > 0.05).length;
  const visit = await planning();
  const { page } = visit;
  await visit.click(inside(what.taken[1]));
  await history(visit).getByText(`${what.taken[1]} → 网格 ${what.target}`).first().waitFor();
  const before = await state();
  await visit.button(`调平 ${what.target} 周边`).click();
  await history(visit)
    .getByText(/^就近调平:/)
    .first()
    .waitFor();
  const after = await state();
  assert.notDeepEqual(after, before);
  assert.ok(outside(after) <= outside(before), `${outside(before)} → ${outside(after)} outside`);
  await visit.settled();
  await visit.shot('plan-mended');
  await visit.button('撤销').click();
  await visit.button('重做').and(page.locator(':enabled')).waitFor();
  assert.deepEqual(await state(), before);
  await visit.end();
  await server.edit({ kind: 'undo' });
});

test('units become a new cell, which is the target from then on', async () => {
  const visit = await planning();
  const { page } = visit;
  const target = page.getByLabel('目标网格');
  const count = await target.getByRole('option').count();
  await target.selectOption('新建网格');
  await page.getByText(/要并入 新建网格 的单元/).waitFor();
  await visit.click(inside(what.taken[1]));
  // One more to choose from. The history alone would not do: it tells of what was undone, too.
  await target.getByRole('option').nth(count).waitFor({ state: 'attached' });
  await history(visit)
    .getByText(new RegExp(`拆出网格 \\d+:${what.taken[1]}`))
    .first()
    .waitFor();
  const made = await target.inputValue();
  assert.match(made, /^\d+$/);
  await page.getByText(new RegExp(`要并入 ${made} 的单元`)).waitFor();
  await visit.settled();
  await visit.shot('plan-new-cell');
  await visit.button('撤销').click();
  await visit.button('重做').and(page.locator(':enabled')).waitFor();
  assert.equal(await target.getByRole('option').count(), count);
  await visit.end();
});

test('without a mouse: target, unit by its number, undo', async () => {
  const visit = await Visit.to(server);
  const { page } = visit;
  await visit.button('规划').press('Enter');
  await visit.signIn();
  await page.getByLabel('目标网格').selectOption(what.target);
  const field = page.getByLabel('按编号移入单元');
  await field.fill('X');
  await field.press('Enter');
  await page.getByText('没有单元 X。').waitFor();
  await field.fill(what.taken[1]);
  await sums(visit).getByText(`如果移入单元 ${what.taken[1]}`).waitFor();
  await field.press('Enter');
  await sums(visit).getByText('上次修改').waitFor();
  await page.getByRole('main').getByRole('region').first().focus();
  await page.keyboard.press('Control+z');
  await visit.button('重做').and(page.locator(':enabled')).waitFor();
  await visit.end();
});

test('a finger paints on a phone', async () => {
  const visit = await Visit.to(server, PHONE);
  const { page } = visit;
  await visit.button('规划').tap();
  await visit.signIn();
  await page.getByLabel('目标网格').selectOption(what.target);
  await visit.settled();
  const units = (await cells(3)).get(what.target) ?? 0;
  const [x, y] = await visit.screen(inside(what.taken[1]));
  await page.touchscreen.tap(x, y);
  await visit.button('撤销').and(page.locator(':enabled')).waitFor();
  assert.equal((await cells(3)).get(what.target), units + 1);
  await visit.settled();
  await visit.shot('phone-plan');
  await visit.button('撤销').tap();
  await visit.button('重做').and(page.locator(':enabled')).waitFor();
  await visit.end();
});
