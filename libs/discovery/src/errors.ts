/** A discovery's source answered, but not with targets. */
export class DiscoveryError extends Error {
  readonly code = 'DISCOVERY';
  override readonly name = 'DiscoveryError';
}
