import { HostFileError } from '../errors.js';

/** An array of `/proc/mdstat` (md(4)). */
export interface MdArray {
  readonly device: string;
  readonly state: 'active' | 'inactive' | 'recovering' | 'resync' | 'check';
  readonly disks: {
    readonly active: number;
    readonly failed: number;
    readonly spare: number;
    readonly required: number;
  };
  readonly blocks: number;
  readonly blocksSynced: number;
}

/** Words of a progress line and the state they mean. */
const progressStates = {
  recovery: 'recovering',
  reshape: 'recovering',
  resync: 'resync',
  check: 'check',
} as const;

/** Reads the arrays, each a paragraph that begins with `md0 : active raid1 sda1[0] …`. */
export function parseMdstat(text: string): MdArray[] {
  const paragraphs = text.split(/\n(?=\S)/).filter((paragraph) => /^\S+ : /.test(paragraph));
  return paragraphs.filter((paragraph) => !paragraph.startsWith('Personalities')).map(parseArray);
}

function parseArray(paragraph: string): MdArray {
  const [head = '', figures = '', ...rest] = paragraph.split('\n');
  const [device = '', , activity = '', ...members] = head.split(' ');
  const blocks = Number(/^\s*(\d+) blocks/.exec(figures)?.[1] ?? NaN);
  if (Number.isNaN(blocks)) throw new HostFileError(`unexpected line of ${device} in mdstat: ${figures}`);
  const marked = (mark: string): number => members.filter((member) => member.endsWith(mark)).length;
  const isActive = activity === 'active';
  const [, required, active] = /\[(\d+)\/(\d+)\]/.exec(figures) ?? [];
  // Arrays without redundancy tell no counts: all their members work.
  const plain = members.filter((member) => /\[\d+\]$/.test(member)).length;
  const disks = {
    failed: marked('(F)'),
    spare: marked('(S)'),
    active: isActive ? Number(active ?? plain) : 0,
    required: isActive ? Number(required ?? plain) : 0,
  };
  const progress = /(recovery|reshape|resync|check)\s*=\s*(?:[\d.]+% \((\d+)\/\d+\)|(\w+))/.exec(
    rest.join('\n'),
  );
  const waiting = /resync=(PENDING|DELAYED)|check=(PENDING|DELAYED)/.test(rest.join('\n'));
  const word = progress?.[1] as keyof typeof progressStates | undefined;
  const state = word === undefined ? (isActive ? 'active' : 'inactive') : progressStates[word];
  const synced = progress?.[2] === undefined ? (waiting ? 0 : blocks) : Number(progress[2]);
  return { device, state, disks, blocks, blocksSynced: synced };
}
