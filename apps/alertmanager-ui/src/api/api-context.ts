import { createContext, useContext } from 'react';
import { type AlertmanagerApi } from './client';

export const ApiContext = createContext<AlertmanagerApi | undefined>(undefined);

export function useApi(): AlertmanagerApi {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error('no ApiContext around this component');
  return api;
}
