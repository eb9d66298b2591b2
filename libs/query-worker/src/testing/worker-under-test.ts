import { parentPort } from 'node:worker_threads';
import { runQueryWorker } from '../run-query-worker.js';

if (parentPort !== null) runQueryWorker(parentPort);
