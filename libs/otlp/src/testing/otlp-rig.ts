import { Registry } from '@narthex/client';
import { ManualClock, RecordingLogger } from '@narthex/testkit';
import { type OtlpAnswer, OtlpReceiver, type OtlpReceiverOptions } from '../receive/otlp-receiver.js';
import { type OtlpSettings } from '../translate/settings.js';
import { jsonOf, type Json, protobufOf } from './otlp-messages.js';
import { RecordedStorage } from './recorded-storage.js';

export const NOW_MS = 1_700_000_000_000;

export const DEFAULT_SETTINGS: OtlpSettings = {
  translationStrategy: 'UnderscoreEscapingWithSuffixes',
  promoteAllResourceAttributes: false,
  promoteResourceAttributes: [],
  ignoreResourceAttributes: [],
  keepIdentifyingResourceAttributes: false,
  convertHistogramsToNhcb: false,
  promoteScopeMetadata: false,
  labelNameUnderscoreSanitization: true,
  labelNamePreserveMultipleUnderscores: true,
};

type RigOptions = Partial<Pick<OtlpReceiverOptions, 'deltas' | 'startZeros' | 'lookbackDeltaMs'>>;

/** A receiver over a storage in memory. */
export class OtlpRig {
  readonly storage = new RecordedStorage();
  readonly logger = new RecordingLogger();
  readonly registry = new Registry();
  readonly clock = new ManualClock(NOW_MS);
  readonly #receiver: OtlpReceiver;

  constructor(settings: Partial<OtlpSettings> = {}, options: RigOptions = {}) {
    const { storage: appendable, logger, registry, clock } = this;
    this.#receiver = new OtlpReceiver({
      ...{ appendable, logger, registry, clock },
      settings: () => ({ ...DEFAULT_SETTINGS, ...settings }),
      lookbackDeltaMs: 300_000,
      deltas: 'refuse',
      startZeros: false,
      ...options,
    });
  }

  send(request: Json): Promise<OtlpAnswer> {
    return this.sendBody(protobufOf(request), 'application/x-protobuf');
  }

  sendJson(request: Json): Promise<OtlpAnswer> {
    return this.sendBody(Buffer.from(jsonOf(request)), 'application/json');
  }

  sendBody(body: Uint8Array, contentType: string, contentEncoding = ''): Promise<OtlpAnswer> {
    return this.#receiver.receive({ contentType, contentEncoding, readBody: () => Promise.resolve(body) });
  }

  async metric(name: string): Promise<number> {
    const metric = await this.registry.getSingleMetric(name)?.get();
    return metric?.values[0]?.value ?? 0;
  }
}

/** Nanoseconds of a time some seconds from {@link NOW_MS}, as OTLP's JSON has them. */
export function at(seconds: number): string {
  return `${NOW_MS + 1000 * seconds}000000`;
}

/** A request with metrics of one scope and resource. */
export function request(metrics: Json, resource: Json = [], scope: Json = {}): Json {
  return {
    resourceMetrics: [
      { resource: { attributes: resource }, scopeMetrics: [{ scope, metrics, schemaUrl: 'https://schema' }] },
    ],
  };
}
