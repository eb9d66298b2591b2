import { type Profiler, type Runtime } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { type Clock, sleep } from '@narthex/process';
import { type CallNode, type CallTree } from './call-tree.js';

/** Between two looks at the stack: a hundred a second, as Go's. */
const CPU_INTERVAL_MICROS = 10_000;
const HEAP_INTERVAL_BYTES = 32 * 1024;
/** What the inspector counts when nothing runs. */
const IDLE = '(idle)';

/** A sampling heap profile as the protocol has it (https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/). */
interface HeapSamples {
  readonly head: HeapNode;
  readonly samples: readonly { readonly nodeId: number }[];
}

interface HeapNode {
  readonly id: number;
  readonly callFrame: Runtime.CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** How long, and until when the answer is of use. */
export interface ProfileWish {
  readonly durationMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Where the main thread spends its time. */
export async function cpuProfile(wish: ProfileWish): Promise<CallTree> {
  return inSession(async (session) => {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_MICROS });
    const startMs = wish.clock.nowMs();
    await session.post('Profiler.start');
    await sleep(wish.clock, wish.durationMs, wish.signal);
    const { profile } = await session.post('Profiler.stop');
    return {
      valueTypes: [
        ['samples', 'count'],
        ['cpu', 'nanoseconds'],
      ],
      roots: cpuRoots(profile),
      startMs,
      durationMs: (profile.endTime - profile.startTime) / 1000,
      period: CPU_INTERVAL_MICROS * 1000,
    };
  });
}

/** What the main thread allocates meanwhile and does not free. */
export async function heapProfile(wish: ProfileWish): Promise<CallTree> {
  return inSession(async (session) => {
    const startMs = wish.clock.nowMs();
    await session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_INTERVAL_BYTES });
    await sleep(wish.clock, wish.durationMs, wish.signal);
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return {
      valueTypes: [
        ['inuse_objects', 'count'],
        ['inuse_space', 'bytes'],
      ],
      // Node's own types know an older form.
      roots: heapRoots(profile as unknown as HeapSamples),
      startMs,
      durationMs: wish.clock.nowMs() - startMs,
      period: HEAP_INTERVAL_BYTES,
    };
  });
}

async function inSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session();
  session.connect();
  try {
    return await use(session);
  } finally {
    session.disconnect();
  }
}

/** The functions below the root, with how often and how long each was seen at work. */
export function cpuRoots({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly CallNode[] {
  const totals = new Map<number, { count: number; nanoseconds: number }>();
  for (const [i, id] of samples.entries()) {
    const total = totals.get(id) ?? { count: 0, nanoseconds: 0 };
    total.count++;
    total.nanoseconds += Math.max(0, timeDeltas[i] ?? 0) * 1000;
    totals.set(id, total);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const convert = (id: number): CallNode[] => {
    const node = byId.get(id);
    if (node === undefined || node.callFrame.functionName === IDLE) return [];
    const { count, nanoseconds } = totals.get(id) ?? { count: 0, nanoseconds: 0 };
    const { functionName, url, lineNumber } = node.callFrame;
    const children = (node.children ?? []).flatMap(convert);
    return [{ functionName, url, lineNumber, values: [count, nanoseconds], children }];
  };
  return (nodes[0]?.children ?? []).flatMap(convert);
}

/** The functions below the root, with how many objects and bytes each is known to hold. */
export function heapRoots({ head, samples }: HeapSamples): readonly CallNode[] {
  const objects = new Map<number, number>();
  for (const { nodeId } of samples) objects.set(nodeId, (objects.get(nodeId) ?? 0) + 1);
  const convert = (node: HeapNode): CallNode => {
    const { functionName, url, lineNumber } = node.callFrame;
    const values = [objects.get(node.id) ?? 0, node.selfSize];
    return { functionName, url, lineNumber, values, children: node.children.map(convert) };
  };
  return head.children.map(convert);
}
