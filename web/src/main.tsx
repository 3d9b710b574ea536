import { render } from 'preact';
import './styles/base.css';
import './styles/layout.css';
import './styles/panel.css';
import './styles/map.css';
import { Client } from './api/client.ts';
import { LANG_KEY } from './i18n/index.ts';
import { parseLonLat } from './logic/lonlat.ts';
import { ask } from './state/ask.ts';
import { start } from './state/load.ts';
import { type App, initial, type State } from './state/model.ts';
import { TOKEN_KEY } from './state/session.ts';
import { Store } from './state/store.ts';
import { Root } from './ui/Root.tsx';
import { shortcuts } from './ui/shortcuts.ts';

const lang = localStorage.getItem(LANG_KEY) === 'en' ? 'en' : 'zh';
const store = new Store<State>(initial(lang, sessionStorage.getItem(TOKEN_KEY)));
const app: App = { store, api: new Client(() => store.state.token) };

const root = document.getElementById('app');
if (root) {
  const draw = (state: State) => render(<Root app={app} s={state} />, root);
  store.subscribe(draw);
  draw(store.state);
}
window.addEventListener('keydown', (event) => shortcuts(app, event));

await start(app);
// Notice boards carry the address of their place: /?at=lon,lat
const at = parseLonLat(new URLSearchParams(location.search).get('at') ?? '');
if (at) void ask(app, at, null);
