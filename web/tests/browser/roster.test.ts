import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ground } from './ground.ts';
import { launch, quit, Visit } from './page.ts';
import { Server } from './server.ts';

let server: Server;

before(async () => {
  server = await Server.start();
  await launch();
});
after(async () => {
  await quit();
  await server?.stop();
});

test('a roster is told row by row, loaded in part, and seen at once', async () => {
  const ground = await Ground.of(server);
  const [cell, units] = [...ground.cells()][0] ?? ['', []];
  const at = units.map((unit) => ground.inside(unit)).find(Boolean);
  assert.ok(at);
  const visit = await Visit.to(server);
  const { page } = visit;
  await visit.button('规划').click();
  await visit.signIn();
  await visit.button('导入花名册…').click();
  const dialog = page.getByRole('dialog');
  const rows = [
    '网格编码,角色,姓名,手机',
    `${cell},网格长,测试新人,13900000099`,
    `${cell},村花,测试人员 98,`,
    '999,网格员,测试人员 97,',
  ];
  const file = { name: '花名册.csv', mimeType: 'text/csv', buffer: Buffer.from(`${rows.join('\n')}\n`) };
  await dialog.getByLabel('选择花名册文件').setInputFiles(file);
  const verdict = dialog.getByRole('region', { name: '核对结果' });
  await verdict.getByText('有错误的行 2 行,没有载入。').waitFor();
  await verdict.getByRole('row', { name: /第 3 行.*村花/ }).waitFor();
  await verdict.getByRole('row', { name: /第 4 行.*999/ }).waitFor();
  await visit.shot('roster-refused');
  await visit.button(/^只载入没有错误的 1 行/, dialog).click();
  await verdict.getByText('已载入 1 条任职。').waitFor();
  await visit.shot('roster-loaded');
  await page.keyboard.press('Escape');
  await visit.button('查看').click();
  await visit.click(at);
  await page.getByRole('region', { name: '这里归谁管' }).getByText('测试新人').waitFor();

  // What is no roster is refused with a reason.
  await visit.button('规划').click();
  await visit.button('导入花名册…').click();
  await dialog
    .getByLabel('选择花名册文件')
    .setInputFiles({ ...file, name: 'a.csv', buffer: Buffer.from([0, 1, 2, 255]) });
  await dialog.getByText('读不懂这份花名册。').waitFor();
  await page.keyboard.press('Escape');
  await visit.end();
});
