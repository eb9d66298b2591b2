import { createContext, useContext } from 'react';
import { type ApiClient } from '../api/client';
import { type Served } from './served';

/** The server these pages belong to. */
export interface ServerContextValue {
  readonly served: Served;
  readonly api: ApiClient;
}

export const ServerContext = createContext<ServerContextValue | undefined>(undefined);

export function useServer(): ServerContextValue {
  const value = useContext(ServerContext);
  if (value === undefined) throw new Error('useServer needs a ServerContext around it');
  return value;
}
