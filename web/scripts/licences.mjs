// Every package in the lock file under a licence that lets the page be given away. What is only a tool and does not get
// into the page may also be MPL-2.0 (Vite's CSS compiler).
import { readFileSync } from 'node:fs';

const SHIPPED = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];
const TOOLS = [...SHIPPED, 'MPL-2.0'];

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const wrong = Object.entries(packages).filter(([path, { license, dev }]) => {
  const allowed = dev ? TOOLS : SHIPPED;
  const choices = String(license).replace(/[()]/g, '').split(' OR ');
  return path !== '' && !choices.some((choice) => allowed.includes(choice));
});
for (const [path, { license }] of wrong) process.stderr.write(`not allowed: ${path}: ${license}\n`);
process.exit(wrong.length ? 1 : 0);
