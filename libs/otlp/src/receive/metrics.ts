import { Counter, type Registry } from '@narthex/client';

/** What the receiver of OTLP says about itself, under upstream's names. */
export class OtlpMetrics {
  readonly withoutMetadata: Counter;
  readonly outOfOrderExemplars: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.withoutMetadata = new Counter({
      name: 'prometheus_api_otlp_appended_samples_without_metadata_total',
      help: 'The total number of samples ingested from OTLP without corresponding metadata.',
      registers,
    });
    this.outOfOrderExemplars = new Counter({
      name: 'prometheus_api_otlp_out_of_order_exemplars_total',
      help: 'The total number of received OTLP exemplars which were rejected because they were out of order.',
      registers,
    });
  }
}
