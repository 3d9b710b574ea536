/** One value and those who want to know of changes. Listeners are called once per turn, however often it changed. */
export class Store<S extends object> {
  private readonly listeners = new Set<(state: S) => void>();
  private scheduled = false;

  constructor(private value: S) {}

  get state(): S {
    return this.value;
  }

  set(patch: Partial<S>): void {
    this.value = { ...this.value, ...patch };
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      for (const listener of this.listeners) listener(this.value);
    });
  }

  subscribe(listener: (state: S) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
