import { FanoutStorage, RemotePort, type RemotePortHandles } from '@narthex/remote';
import { type SharedReader } from '@narthex/tsdb';
import { type EngineRunnerOptions } from './engine-runner.js';

/** The local storage together with the remote stores that another thread asks. */
export function withRemoteStores(
  reader: SharedReader,
  handles: RemotePortHandles,
): EngineRunnerOptions['storage'] {
  const port = new RemotePort(handles);
  const everything = new FanoutStorage(reader, port);
  return {
    querier: (minTimeMs, maxTimeMs) => everything.querier(minTimeMs, maxTimeMs),
    interruptible: (isInterrupted) => new FanoutStorage(reader, port, isInterrupted),
    local: reader,
    get head() {
      return reader.head;
    },
    takeOver: (series) => reader.takeOver(series),
    close: () => {
      port.close();
      reader.close();
    },
  };
}
