/** A processor of `/proc/cpuinfo`. */
export interface Processor {
  readonly labels: {
    readonly package: string;
    readonly core: string;
    readonly cpu: string;
    readonly vendor: string;
    readonly family: string;
    readonly model: string;
    readonly model_name: string;
    readonly microcode: string;
    readonly stepping: string;
    readonly cachesize: string;
  };
  readonly frequencyHertz: number;
  readonly flags: readonly string[];
  readonly bugs: readonly string[];
}

/** Reads `/proc/cpuinfo` as x86 kernels write it; elsewhere most fields are empty. */
export function parseCpuInfo(text: string): Processor[] {
  return text
    .split(/\n\s*\n/)
    .map(fieldsOfBlock)
    .filter((fields) => fields.has('processor'))
    .map((fields) => {
      const field = (name: string): string => fields.get(name) ?? '';
      const words = (name: string): string[] =>
        field(name)
          .split(' ')
          .filter((word) => word !== '');
      return {
        labels: {
          package: field('physical id'),
          core: field('core id'),
          cpu: field('processor'),
          vendor: field('vendor_id'),
          family: field('cpu family'),
          model: field('model'),
          model_name: field('model name'),
          microcode: field('microcode'),
          stepping: field('stepping'),
          cachesize: field('cache size'),
        },
        frequencyHertz: Number(field('cpu MHz')) * 1e6,
        flags: words('flags'),
        bugs: words('bugs'),
      };
    });
}

function fieldsOfBlock(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon >= 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return fields;
}
