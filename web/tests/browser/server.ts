import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const REPOSITORY = resolve('..');
const FOLDER = join(REPOSITORY, 'data/samples/helsinki-centre');
const [SAMPLE, ROSTER] = ['Helsinki.osm.pbf', 'roster.csv'].map((name) => join(FOLDER, name)) as [
  string,
  string,
];

/** The real binary: `WANGGE_BIN`, or the newest that was built here. */
function binary(): string {
  const built = ['release', 'debug'].map((kind) => join(REPOSITORY, 'target', kind, 'wangge'));
  const found = [process.env.WANGGE_BIN, ...newestFirst(built.filter(existsSync))].find(Boolean);
  if (!found) throw new Error('there is no wangge to test against: make build, or set WANGGE_BIN');
  return found;
}

function newestFirst(paths: string[]): string[] {
  return paths.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
}

/** `wangge serve` over a demo project of its own, on a free port of the loopback. */
export class Server {
  private constructor(
    readonly url: string,
    readonly token: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'wangge-web-'));
    const project = join(folder, 'demo.gpkg');
    execFileSync(binary(), ['demo', '--source', SAMPLE, '--out', project], { stdio: 'pipe' });
    // As `make demo` does.
    const given = ['--publish-first', '试点首版', '--roster', ROSTER, '--context', SAMPLE];
    const child = spawn(binary(), ['serve', project, '--listen', '127.0.0.1:0', ...given], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const url = await new Promise<string>((found, failed) => {
      createInterface(child.stdout).once('line', found);
      child.once('exit', (code) => failed(new Error(`wangge serve ended with ${code}: ${said}`)));
    });
    // The token stands alone on the line after its announcement.
    const token = /token[^\n]*\n\s*(\S+)/.exec(said)?.[1];
    if (!token) throw new Error(`no token was shown: ${said}`);
    return new Server(url, token, child, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill();
    await ended;
    rmSync(this.folder, { recursive: true });
  }

  /** Asks as a program would, with the token unless told otherwise. */
  async ask<T>(path: string, init: RequestInit = {}, token: string | null = this.token): Promise<T> {
    const headers = new Headers(init.headers);
    if (token) headers.set('Authorization', `Bearer ${token}`);
    const response = await fetch(this.url + path, { ...init, headers });
    const body = (await response.json()) as T;
    if (!response.ok) throw new Refused(response.status, body);
    return body;
  }

  /** One edit of the draft as it is now. */
  async edit<T>(edit: object): Promise<T> {
    const { etag } = await this.ask<{ etag: string }>('/plans/grid');
    const headers = { 'Content-Type': 'application/json', 'If-Match': `"${etag}"` };
    return this.ask('/plans/grid/operations', { method: 'POST', headers, body: JSON.stringify(edit) });
  }
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`${status} ${JSON.stringify(body)}`);
  }
}
