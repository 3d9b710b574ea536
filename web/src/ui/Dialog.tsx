import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Key } from '../i18n/index.ts';
import { useScope } from './context.ts';

/** The browser's own modal dialog: it keeps the focus, closes on Esc, and gives the focus back. */
export function Dialog({ title, children }: { title: Key; children: ComponentChildren }) {
  const { app, t } = useScope();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    element?.showModal();
    return () => before?.focus();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={() => app.store.set({ dialog: null })}>
      <div class="section-head">
        <h2 id="dialog-title">{t(title)}</h2>
        <button
          type="button"
          class="icon"
          aria-label={t('app.close')}
          onClick={() => dialog.current?.close()}
        >
          ×
        </button>
      </div>
      {children}
    </dialog>
  );
}

export function Buttons({ go, busy }: { go: Key; busy: boolean }) {
  const { app, t } = useScope();
  return (
    <div class="row end">
      <button type="button" onClick={() => app.store.set({ dialog: null })}>
        {t('app.cancel')}
      </button>
      <button type="submit" class="primary" disabled={busy}>
        {t(go)}
      </button>
    </div>
  );
}
