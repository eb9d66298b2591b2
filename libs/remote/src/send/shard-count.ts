/** What the number of shards is worked out from; rates are items a second. */
export interface ShardLoad {
  readonly inRate: number;
  readonly outRate: number;
  readonly droppedRate: number;
  /** Seconds spent sending, in a second, over all shards. */
  readonly secondsSendingRate: number;
  /** How far the newest sample sent is behind the newest one received. */
  readonly delaySeconds: number;
  readonly current: number;
  readonly min: number;
  readonly max: number;
}

export interface ShardChoice {
  /** What the load asks for, before limits; undefined where nothing was sent. */
  readonly desired: number | undefined;
  readonly shards: number;
  /** There are to be fewer, but not while sending is so far behind. */
  readonly isTooFarBehind: boolean;
}

/** Part of the backlog that is to be caught up with in a second. */
const CATCH_UP = 0.05;
/** Changes up to this part of the shards there are do not count. */
const TOLERANCE = 0.3;
const FAR_BEHIND_SECONDS = 10;

/**
 * How many shards a queue should have: as many as it takes to send what comes in, at the time a sample took lately,
 * and a part of the backlog besides (https://prometheus.io/docs/practices/remote_write/).
 */
export function chooseShards(load: ShardLoad): ShardChoice {
  const { inRate, outRate, droppedRate, secondsSendingRate, delaySeconds, current } = load;
  if (outRate <= 0) return { desired: undefined, shards: current, isTooFarBehind: false };
  const keptRate = inRate * (outRate / (droppedRate + outRate));
  const secondsPerSample = secondsSendingRate / outRate;
  const desired = secondsPerSample * (keptRate + CATCH_UP * delaySeconds * keptRate);
  const wanted = Math.ceil(desired);
  if (wanted >= current * (1 - TOLERANCE) && wanted <= current * (1 + TOLERANCE)) {
    return { desired, shards: current, isTooFarBehind: false };
  }
  if (wanted < current && delaySeconds > FAR_BEHIND_SECONDS) {
    return { desired, shards: current, isTooFarBehind: true };
  }
  const shards = Math.min(Math.max(wanted, load.min), load.max);
  return { desired, shards, isTooFarBehind: false };
}
