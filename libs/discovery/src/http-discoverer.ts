import { decodeConfig, list } from '@narthex/config';
import { HttpClient } from '@narthex/httpclient';
import { Labels, LabelsBuilder, quoteGo, type TargetGroup } from '@narthex/model';
import { type Discoverer, type DiscovererContext, type PushGroups } from './discoverer.js';
import { DiscoveryError } from './errors.js';
import { type HttpDiscoveryConfig } from './http-config.js';
import { refreshRegularly } from './refresh.js';
import { targetGroupSection } from './static-config.js';

const URL_LABEL = '__meta_url';
const JSON_TYPE = /^application\/json(;\s*charset=("utf-8"|utf-8))?$/i;

const answerSchema = list(targetGroupSection, {
  goType: '[]*targetgroup.Group',
  emptyElement: 'nil target group item found',
});

/** Targets from a URL that answers with JSON (https://prometheus.io/docs/prometheus/latest/http_sd/). */
export class HttpDiscoverer implements Discoverer {
  readonly #config: HttpDiscoveryConfig;
  readonly #context: DiscovererContext;
  readonly #client: HttpClient;
  #groupCount = 0;

  constructor(config: HttpDiscoveryConfig, context: DiscovererContext) {
    this.#config = config;
    this.#context = context;
    this.#client = new HttpClient({
      config,
      userAgent: context.userAgent,
      clock: context.clock,
      dials: context.dials?.('http'),
    });
  }

  async run(push: PushGroups, signal: AbortSignal): Promise<void> {
    const refresh = async (): Promise<readonly TargetGroup[]> => {
      try {
        return await this.#refresh(signal);
      } catch (error) {
        if (!signal.aborted) this.#context.metrics.httpFailures.inc();
        throw error;
      }
    };
    const options = { mechanism: 'http', intervalMs: this.#config.refresh_interval, refresh };
    try {
      await refreshRegularly(options, this.#context, push, signal);
    } finally {
      await this.#client.close();
    }
  }

  async #refresh(signal: AbortSignal): Promise<readonly TargetGroup[]> {
    const { url, refresh_interval: intervalMs } = this.#config;
    const headers = {
      accept: 'application/json',
      'x-prometheus-refresh-interval-seconds': String(intervalMs / 1000),
    };
    const answer = await this.#client.request({ url, headers, signal });
    if (answer.status !== 200) {
      await answer.discard();
      throw new DiscoveryError(`server returned HTTP status ${answer.status} ${answer.statusText}`);
    }
    const contentType = String(answer.headers['content-type'] ?? '').trim();
    if (!JSON_TYPE.test(contentType)) {
      await answer.discard();
      throw new DiscoveryError(`unsupported content type ${quoteGo(contentType)}`);
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    // YAML would let more pass than JSON.
    JSON.parse(text);
    const groups = decodeConfig(text, { file: url, folder: '.' }, answerSchema).value.map((group, i) => ({
      source: `${url}:${i}`,
      labels: new LabelsBuilder(group.labels).set(URL_LABEL, url).labels(),
      targets: group.targets,
    }));
    const gone: TargetGroup[] = [];
    for (let i = groups.length; i < this.#groupCount; i++) {
      gone.push({ source: `${url}:${i}`, labels: Labels.EMPTY, targets: [] });
    }
    this.#groupCount = groups.length;
    return [...groups, ...gone];
  }
}
