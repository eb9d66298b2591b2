import { formatFloatG } from '@narthex/model';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What a program says about itself in its `…_build_info`. */
export interface ProgramDescription {
  /** The prefix of the program's own metrics: `prometheus`, `alertmanager`, `pushgateway`, `node_exporter`. */
  readonly prefix: string;
  readonly version: string;
  readonly revision: string;
  readonly branch: string;
  readonly goVersion: string;
}

/** Numbers in the labels `le` and `quantile`. */
const BOUNDS = /(?<=[{,](?:le|quantile)=")[\d.]+(?:e[+-]?\d+)?(?=")/g;

/** Writes the bounds of buckets and quantiles as Go does, so that series keep their labels: `1.6384e+06`, `1e-05`. */
class ProgramRegistry extends Registry {
  override async metrics(): Promise<string> {
    const text = await super.metrics();
    return text.replace(BOUNDS, (bound) => formatFloatG(Number(bound)));
  }
}

/**
 * A registry with what every program of the stack exposes: the process and Node.js metrics, and its build
 * information under upstream's name and labels.
 */
export function createProgramRegistry(program: ProgramDescription): Registry {
  const registry = new ProgramRegistry();
  collectDefaultMetrics({ register: registry });
  const labels = {
    version: program.version,
    revision: program.revision,
    branch: program.branch,
    goversion: program.goVersion,
    goos: process.platform,
    goarch: process.arch === 'x64' ? 'amd64' : process.arch,
    tags: 'unknown',
  };
  new Gauge({
    name: `${program.prefix}_build_info`,
    help: `A metric with a constant '1' value labeled by version, revision, branch, goversion from which ${program.prefix} was built, and the goos and goarch for the build.`,
    labelNames: Object.keys(labels),
    registers: [registry],
  }).set(labels, 1);
  return registry;
}
