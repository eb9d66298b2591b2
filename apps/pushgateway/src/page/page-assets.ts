import { Html } from './html.js';

export const STYLE = new Html(`
:root { font: 14px/1.5 system-ui, sans-serif; --line: color-mix(in srgb, currentColor 15%, transparent); --danger: #c92a2a; }
body { margin: 0; }
header { display: flex; align-items: center; gap: 12px; padding: 10px 20px; border-bottom: 1px solid var(--line); }
h1 { font-size: 18px; margin: 0; } h2 { font-size: 14px; margin: 12px 0 4px; }
header button { margin-left: auto; }
main { max-width: 1200px; margin: 0 auto; padding: 16px 20px; }
.count, time, .type, .empty { opacity: .7; }
.group, .about { border: 1px solid var(--line); border-radius: 6px; margin-bottom: 8px; padding: 0 12px; }
summary { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 8px 0; cursor: pointer; }
summary time { margin-left: auto; font-size: 12px; } h2 time { font-size: 12px; font-weight: normal; }
.label { display: inline-block; font: 12px ui-monospace, monospace; padding: 1px 6px; margin-right: 4px; border-radius: 4px; background: var(--line); }
.badge { color: #fff; background: var(--danger); border-radius: 4px; padding: 0 6px; font-size: 12px; }
button.danger { color: var(--danger); background: none; border: 1px solid currentColor; border-radius: 4px; padding: 2px 10px; cursor: pointer; font: inherit; font-size: 12px; }
button.danger:hover { color: #fff; background: var(--danger); }
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
