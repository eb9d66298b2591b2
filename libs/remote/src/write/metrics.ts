import { Counter, type Registry } from '@narthex/client';

/** What the receiver of remote write says about itself, under upstream's names. */
export class WriteMetrics {
  readonly invalidLabels: Counter;
  readonly withoutMetadata: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.invalidLabels = new Counter({
      name: 'prometheus_api_remote_write_invalid_labels_samples_total',
      help: 'The total number of received remote write samples and histogram samples which were rejected due to invalid labels.',
      registers,
    });
    this.withoutMetadata = new Counter({
      name: 'prometheus_api_remote_write_without_metadata_appended_samples_total',
      help: 'The total number of received remote write samples (and histogram samples) which were ingested without corresponding metadata.',
      registers,
    });
  }
}
