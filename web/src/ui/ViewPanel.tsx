import { parseLonLat } from '../logic/lonlat.ts';
import { ask, select } from '../state/ask.ts';
import { AskedCard } from './AskedCard.tsx';
import { CellCard } from './CellCard.tsx';
import { CellList, matching } from './CellList.tsx';
import { useScope } from './context.ts';
import { Overview } from './Overview.tsx';

/** Looking: search, the chosen cell, and all of them. */
export function ViewPanel() {
  const { s, t } = useScope();
  if (!s.shown) return s.plan && !s.loading ? <NoVersion /> : <p class="muted">{t('app.loading')}</p>;
  const cell = s.selected ? s.shown.byId.get(s.selected) : undefined;
  return (
    <>
      <Search />
      {s.asked && <AskedCard asked={s.asked} />}
      {cell && <CellCard cell={cell} />}
      {!cell && !s.asked && (
        <>
          {!s.search && <Overview />}
          <CellList />
        </>
      )}
    </>
  );
}

function Search() {
  const { app, s, t } = useScope();
  const submit = (event: Event) => {
    event.preventDefault();
    const at = parseLonLat(s.search, s.project?.bbox);
    const found = matching(s.shown?.cells.cells ?? [], s.search);
    if (at) void ask(app, at, null);
    else if (found.length === 1 && found[0]) select(app, found[0].id);
  };
  return (
    <search>
      <form class="search" onSubmit={submit}>
        <label for="search">{t('search.label')}</label>
        <div class="row">
          <input
            id="search"
            type="search"
            autocomplete="off"
            placeholder={t('search.placeholder')}
            value={s.search}
            onInput={(e) => app.store.set({ search: e.currentTarget.value, selected: null, asked: null })}
          />
          <button type="submit" class="primary">
            {t('search.go')}
          </button>
        </div>
        <p class="muted small">{t('search.hint')}</p>
      </form>
    </search>
  );
}

function NoVersion() {
  const { app, s, t } = useScope();
  return (
    <section class="card">
      <h2>{t('version.none')}</h2>
      <p class="muted">{t('version.noneHint')}</p>
      {!s.token && (
        <button type="button" class="primary" onClick={() => app.store.set({ dialog: 'sign-in' })}>
          {t('session.signIn')}
        </button>
      )}
    </section>
  );
}
