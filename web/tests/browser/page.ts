import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import type { LonLat } from '../../src/api/types.ts';
import type { Server } from './server.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const RESULTS = 'test-results';
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

let browser: Browser | undefined;

export async function launch(): Promise<void> {
  const executablePath = [process.env.CHROMIUM, ...CHROMIUM].find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('no Chromium: make deps, or set CHROMIUM to its path');
  // There is no graphics card where tests run: WebGL in software.
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  browser = await chromium.launch({ executablePath, args });
  mkdirSync(RESULTS, { recursive: true });
}

export async function quit(): Promise<void> {
  await browser?.close();
}

/** A window of its own on the page, and all it complained about. */
export class Visit {
  /** Errors on the console, but for those refusals of the server that a test provokes. */
  readonly complaints: string[] = [];
  readonly foreign: string[] = [];
  /** All that was asked for. */
  readonly asked: string[] = [];
  /** The newest etag of each tile. */
  readonly tiles = new Map<string, string>();

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly server: Server,
  ) {}

  static async to(server: Server, viewport = DESKTOP, path = '/'): Promise<Visit> {
    assert.ok(browser);
    const phone = viewport.width < 600;
    const context = await browser.newContext({
      viewport,
      hasTouch: phone,
      isMobile: phone,
      acceptDownloads: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const visit = new Visit(page, context, server);
    visit.listen();
    await page.goto(server.url + path);
    await visit.settled();
    return visit;
  }

  private listen(): void {
    this.page.on('console', (message) => {
      const refusal = /the server responded with a status of 4(01|04|09|22)/.test(message.text());
      if (message.type() === 'error' && !refusal) this.complaints.push(message.text());
    });
    this.page.on('pageerror', (error) => this.complaints.push(String(error)));
    this.page.on('request', (request) => {
      const url = request.url();
      this.asked.push(url);
      if (!url.startsWith(this.server.url) && !/^(blob|data):/.test(url)) this.foreign.push(url);
    });
    this.page.on('response', (response) => {
      const { etag } = response.headers();
      if (etag && /\/tiles\/\w+\/\d+\/\d+\//.test(response.url())) this.tiles.set(response.url(), etag);
    });
  }

  /** Until the map has drawn all it has. */
  async settled(): Promise<void> {
    await this.page.locator('main[aria-busy="false"]').waitFor();
  }

  button(name: string | RegExp, within: Page | Locator = this.page): Locator {
    return within.getByRole('button', { name, exact: typeof name === 'string' });
  }

  /** Where a place is on the screen: the address of the page says what the map shows. */
  async screen([lon, lat]: LonLat): Promise<[x: number, y: number]> {
    const hash = await this.page.evaluate('location.hash');
    const [zoom, midLat, midLon] = String(hash).replace('#map=', '').split('/').map(Number) as [
      number,
      number,
      number,
    ];
    const world = 512 * 2 ** zoom;
    const project = ([x, y]: LonLat): LonLat => [
      ((x + 180) / 360) * world,
      (0.5 - Math.asinh(Math.tan((y * Math.PI) / 180)) / (2 * Math.PI)) * world,
    ];
    const [a, b] = [project([lon, lat]), project([midLon, midLat])];
    const box = await this.page.getByRole('main').boundingBox();
    assert.ok(box);
    return [box.x + box.width / 2 + a[0] - b[0], box.y + box.height / 2 + a[1] - b[1]];
  }

  async click(at: LonLat): Promise<void> {
    const [x, y] = await this.screen(at);
    await this.page.mouse.click(x, y);
  }

  async signIn(): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('令牌').fill(this.server.token);
    await this.button('登录', dialog).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: `${RESULTS}/${name}.png` });
  }

  /** Ends the visit; nothing may have gone wrong unseen, and nothing may have been asked from elsewhere. */
  async end(): Promise<void> {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
    assert.deepEqual(this.foreign, []);
  }
}
