import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
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

/** Three by three squares whose middle is missing, and of which the last reaches into its neighbour. */
function broken(): string {
  const [west, south, side] = [24.94, 60.17, 0.001];
  const features = [];
  for (let i = 0; i < 9; i++) {
    if (i === 4) continue;
    const [x, y] = [west + (i % 3) * side, south + Math.floor(i / 3) * side];
    const left = i === 8 ? x - side / 4 : x;
    const ring = [
      [left, y],
      [x + side, y],
      [x + side, y + side],
      [left, y + side],
      [left, y],
    ];
    const geometry = { type: 'Polygon', coordinates: [ring] };
    features.push({ type: 'Feature', properties: { id: `G${i}` }, id: `G${i}`, geometry });
  }
  return JSON.stringify({ type: 'FeatureCollection', features });
}

test('a dropped file: its gap in the list and on the map, the download, another order', async () => {
  const visit = await Visit.to(server);
  const { page } = visit;
  await visit.button('核查').click();
  await page.getByText('把文件拖到这里').waitFor();
  const transfer = await page.evaluateHandle(
    `(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([${JSON.stringify(broken())}], 'broken.geojson', { type: 'application/geo+json' }));
      return transfer;
    })()`,
  );
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  const gap = visit.button(/GAP-0\d/).first();
  await gap.waitFor();
  await visit
    .button(/OVL-0\d/)
    .first()
    .waitFor();
  await page.getByText('未与外边界比对').waitFor();
  await visit.settled();
  await visit.shot('check-findings');

  // A click on the gap in the map chooses it in the list and goes there.
  const chosen = page.locator('[aria-pressed=true]');
  const before = await page.evaluate('location.hash');
  await visit.click([24.9415, 60.1715]);
  await gap.and(chosen).waitFor();
  await page.getByText('第 1 处,共 2 处').waitFor();
  await visit.settled();
  assert.notEqual(await page.evaluate('location.hash'), before);
  await visit.shot('check-gap');
  // And the other way round.
  const overlap = visit.button(/OVL-0\d/).first();
  await overlap.click();
  await overlap.and(chosen).waitFor();
  await page.keyboard.press('Shift+F');
  await gap.and(chosen).waitFor();

  const download = page.waitForEvent('download');
  await visit.button('下载问题 GeoJSON').click();
  const file = await download;
  assert.equal(file.suggestedFilename(), 'broken-findings.geojson');
  const saved = JSON.parse(readFileSync(await file.path(), 'utf8')) as GeoJSON.FeatureCollection;
  assert.ok(saved.features.some((f) => String(f.properties?.rule).startsWith('GAP')));

  await visit.button(/^面积/).click();
  const rows = await page
    .getByRole('list')
    .getByRole('button', { name: /(GAP|OVL|TOP)-/ })
    .allInnerTexts();
  const areas = rows.map((text) => Number(/([\d,.]+) m²(?: ·|$)/.exec(text)?.[1]?.replaceAll(',', '')));
  assert.deepEqual(
    areas,
    [...areas].sort((a, b) => b - a),
  );
  await visit.end();
});

test('a file can be compared with the boundary of the project, or with another one', async () => {
  const visit = await Visit.to(server);
  const { page } = visit;
  await visit.button('核查').click();
  await page.getByLabel('选择网格文件').setInputFiles({
    ...{ name: 'broken.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(broken()) },
  });
  await page.getByText('未与外边界比对').waitFor();
  await page.getByLabel('本项目边界').check();
  await page.getByText('已与本项目边界比对').waitFor();
  await page.getByLabel('另选文件').check();
  const outline = await server.ask<GeoJSON.Feature>('/boundary');
  const boundary = JSON.stringify({ type: 'FeatureCollection', features: [outline] });
  await page.getByLabel('选择边界文件').setInputFiles({
    ...{ name: 'boundary.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(boundary) },
  });
  await page.getByText('已与所选边界比对').waitFor();
  await visit.settled();
  await visit.shot('check-boundary');
  await visit.end();
});

test('a file that is none is refused in plain words', async () => {
  const visit = await Visit.to(server);
  const { page } = visit;
  await visit.button('核查').click();
  await page.getByLabel('选择网格文件').setInputFiles({
    ...{ name: 'letter.geojson', mimeType: 'application/geo+json', buffer: Buffer.from('dear sir') },
  });
  await page.getByRole('alert').getByText('读不懂这个文件。').waitFor();
  await visit.shot('check-unreadable');
  await visit.end();
});
