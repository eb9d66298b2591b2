import { Worker } from 'node:worker_threads';
import { AgentStorage } from '@narthex/agent-storage';
import { type Registry } from '@narthex/client';
import { type Clock, type Logger } from '@narthex/process';
import { type Features } from '../flags/features.js';
import { type ServerFlags } from '../flags/flags.js';
import { checkedSegmentBytes, storageFault } from './open-database.js';

export interface AgentStorageParts {
  readonly flags: ServerFlags;
  readonly features: Pick<Features, 'startStorage'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** The file that the worker runs which makes checkpoints. */
  readonly agentFile: string;
}

/**
 * Opens the log as the flags say.
 * @param lowestSentTimestampMs what every receiver has; undefined without any
 * @throws StartError
 */
export async function openAgentStorage(
  { flags, features, clock, logger, registry, agentFile }: AgentStorageParts,
  lowestSentTimestampMs: () => number | undefined,
): Promise<AgentStorage> {
  const compression = flags['storage.agent.wal-compression']
    ? flags['storage.agent.wal-compression-type']
    : 'none';
  const walSegmentSizeBytes = checkedSegmentBytes(flags, 'storage.agent.wal-segment-size');
  logger.info('Starting WAL storage ...');
  try {
    const storage = await AgentStorage.open({
      path: flags['storage.agent.path'],
      clock,
      registry,
      logger,
      walCompression: compression,
      walSegmentSizeBytes,
      truncateFrequencyMs: flags['storage.agent.wal-truncate-frequency'],
      minAgeMs: flags['storage.agent.retention.min-time'],
      maxAgeMs: flags['storage.agent.retention.max-time'],
      storeStartTimestamps: features.startStorage,
      noLockfile: flags['storage.agent.no-lockfile'],
      ...(flags['storage.agent.checkpoint-from-in-memory-series'] && {
        memoryCheckpointBatchSize: flags['storage.agent.checkpoint-batch-size'],
      }),
      spawnWorker: () => new Worker(agentFile),
      lowestSentTimestampMs,
    });
    logger.info('Agent WAL storage started');
    return storage;
  } catch (error) {
    throw storageFault(error);
  }
}
