import { parentPort } from 'node:worker_threads';
import { runQueryWorker } from '@narthex/query-worker';

if (parentPort !== null) runQueryWorker(parentPort);
