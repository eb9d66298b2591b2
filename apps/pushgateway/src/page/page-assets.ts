import { Html } from './html.js';

export const STYLE = new Html(`
:root { font: 13px/1.5 system-ui, sans-serif; color-scheme: light dark; --page: light-dark(#f4f5f7, #14171c); --card: light-dark(#fff, #1c2027); --text: light-dark(#16202e, #e3e7ed); --faint: light-dark(#5a6675, #98a2b0); --line: light-dark(#e2e6ea, #2c323b); --label: light-dark(#f4f6f8, #262c35); --danger: light-dark(#b42334, #ff8a94); }
body { margin: 0; background: var(--page); color: var(--text); }
header { display: flex; align-items: center; gap: 12px; padding: 12px 20px; background: var(--card); border-bottom: 1px solid var(--line); }
h1 { font-size: 17px; margin: 0; } h2 { font-size: 13px; margin: 12px 0 4px; }
header button { margin-left: auto; }
main { max-width: 1200px; margin: 0 auto; padding: 16px 20px; }
.count, time, .type, .empty { color: var(--faint); font-weight: normal; }
.group, .about { background: var(--card); border: 1px solid var(--line); border-radius: 6px; margin-bottom: 8px; padding: 0 12px; }
summary { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 8px 0; cursor: pointer; list-style: none; }
summary::before { content: '›'; font-size: 16px; line-height: 1; color: var(--faint); transition: rotate .1s; }
details[open] > summary::before { rotate: 90deg; }
summary:hover { color: light-dark(#3b4ac0, #9aa5ff); }
summary time { margin-left: auto; font-size: 12px; } h2 time { font-size: 12px; }
.label { display: inline-block; font: 12px ui-monospace, monospace; padding: 1px 6px; margin-right: 4px; border: 1px solid var(--line); border-radius: 4px; background: var(--label); color: var(--text); }
.badge { color: #fff; background: #b42334; border-radius: 4px; padding: 0 6px; font-size: 12px; }
button.danger { color: var(--danger); background: none; border: 1px solid currentColor; border-radius: 4px; padding: 2px 10px; cursor: pointer; font: inherit; font-size: 12px; }
button.danger:hover { color: #fff; background: #b42334; }
table { border-collapse: collapse; width: 100%; margin-bottom: 12px; }
td, th { border-top: 1px solid var(--line); padding: 4px 8px; text-align: left; vertical-align: top; word-break: break-word; }
td.value { text-align: right; font-variant-numeric: tabular-nums; }
code { font: 12px ui-monospace, monospace; }
`);

export const SCRIPT = new Html(`
const prefix = document.documentElement.dataset.prefix;
const send = async (method, path, question) => {
  if (!confirm(question)) return;
  const answer = await fetch(prefix + path, { method });
  if (answer.ok) location.reload(); else alert('That did not work: ' + answer.status);
};
document.addEventListener('click', (event) => {
  const { dataset } = event.target;
  if (dataset.delete === undefined && dataset.wipe === undefined) return;
  event.preventDefault();
  if (dataset.wipe === undefined) send('DELETE', dataset.delete, 'Delete this group and its metrics?');
  else send('PUT', '/api/v1/admin/wipe', 'Delete every group?');
});
`);
