import { parentPort } from 'node:worker_threads';
import { runCheckpointWorker } from '@narthex/agent-storage';

if (parentPort !== null) runCheckpointWorker(parentPort);
