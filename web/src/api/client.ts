import type {
  Cells,
  CheckResult,
  Done,
  Edit,
  History,
  Job,
  LonLat,
  Lookup,
  Plan,
  Problem,
  Project,
  Published,
  Responsible,
  RosterRead,
  TileJson,
  Units,
} from './types.ts';

/** A refusal of the server, or no answer at all (`code` is then `unreachable`, `status` 0). */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

export interface Upload {
  cells: File;
  /** A file, the boundary of the project, or none. */
  boundary: File | 'project' | null;
}

type Body = { json: unknown } | { raw: BodyInit; type?: string };

/** The HTTP contract, one method per question. `token` is asked anew for each request. */
export class Client {
  constructor(private readonly token: () => string | null) {}

  project = () => this.get<Project>('/project');
  boundary = () => this.get<GeoJSON.Feature>('/boundary');
  plan = (plan: string) => this.get<Plan>(`/plans/${plan}`);
  cells = (version: number) => this.get<Cells>(`/versions/${version}/cells`);
  units = (version: number) => this.get<Units>(`/versions/${version}/units`);
  tiles = (network: string, version: number) => this.get<TileJson>(`/tiles/${network}/${version}.json`);
  history = (plan: string) => this.get<History>(`/plans/${plan}/operations`);

  responsible(version: number, cells: string[]) {
    return this.get<Responsible>(
      `/versions/${version}/responsible?ids=${cells.map(encodeURIComponent).join()}`,
    );
  }

  lookup([lon, lat]: LonLat, network: string) {
    return this.get<Lookup>(`/lookup?lon=${lon}&lat=${lat}&network=${network}`);
  }

  operate(plan: string, etag: string, edit: Edit) {
    return this.post<Done>(`/plans/${plan}/operations`, { json: edit }, etag);
  }

  publish(plan: string, etag: string, note: string) {
    return this.post<Published>(`/plans/${plan}/publish`, { json: { note } }, etag);
  }

  async roster(network: string, file: File, partial: boolean): Promise<RosterRead> {
    const query = new URLSearchParams({ network, name: file.name, partial: String(partial) });
    const body = { raw: file, type: file.type || 'application/octet-stream' };
    return json<RosterRead>(await this.send('POST', `/roster?${query}`, body));
  }

  /** Checks a file; large ones become a job, which is waited for. */
  async check(upload: Upload, progress: (share: number | null) => void): Promise<CheckResult> {
    const query = new URLSearchParams({ name: upload.cells.name });
    let body: Body = { raw: upload.cells, type: upload.cells.type || 'application/octet-stream' };
    if (upload.boundary === 'project') query.set('boundary', 'project');
    if (upload.boundary instanceof File) {
      const form = new FormData();
      form.append('cells', upload.cells);
      form.append('boundary', upload.boundary);
      body = { raw: form };
    }
    const response = await this.send('POST', `/checks?${query}`, body);
    if (response.status !== 202) return json<CheckResult>(response);
    return this.finished(response.headers.get('Location') ?? '', progress);
  }

  private async finished(job: string, progress: (share: number | null) => void): Promise<CheckResult> {
    for (let wait = 250; ; wait = Math.min(wait * 1.5, 3000)) {
      const { state, progress: share, result } = await this.get<Job>(job);
      progress(share);
      if (result && 'findings' in result) return result;
      if (state === 'failed' || state === 'done') {
        throw new ApiError(
          result && 'code' in result ? result : { title: 'job failed', status: 500, code: 'job-failed' },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  private async get<T>(path: string): Promise<T> {
    return json<T>(await this.send('GET', path));
  }

  private async post<T>(path: string, body: Body, etag: string): Promise<T> {
    return json<T>(await this.send('POST', path, body, etag));
  }

  private async send(method: string, path: string, body?: Body, etag?: string): Promise<Response> {
    const headers = new Headers({ Accept: 'application/json, application/problem+json' });
    const token = this.token();
    if (token) headers.set('Authorization', `Bearer ${token}`);
    if (etag) headers.set('If-Match', etag);
    if (body && 'json' in body) headers.set('Content-Type', 'application/json');
    if (body && 'raw' in body && body.type) headers.set('Content-Type', body.type);
    const content = body && ('json' in body ? JSON.stringify(body.json) : body.raw);
    let response: Response;
    try {
      response = await fetch(path, { method, headers, body: content ?? null });
    } catch {
      throw new ApiError({ title: 'no answer', status: 0, code: 'unreachable' });
    }
    if (!response.ok) throw new ApiError(await problem(response));
    return response;
  }
}

async function json<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

async function problem(response: Response): Promise<Problem> {
  const bare = { title: response.statusText, status: response.status, code: `http-${response.status}` };
  try {
    return { ...bare, ...((await response.json()) as Problem) };
  } catch {
    return bare;
  }
}
