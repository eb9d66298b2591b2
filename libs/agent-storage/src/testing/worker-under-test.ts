import { parentPort } from 'node:worker_threads';
import { runCheckpointWorker } from '../checkpoint-worker.js';

if (parentPort !== null) runCheckpointWorker(parentPort);
