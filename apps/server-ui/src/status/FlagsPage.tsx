import { Notice } from '@narthex/ui';
import { type ReactElement, useState } from 'react';
import { type FlagsAnswer } from '../api/types-status';
import { useFlags } from '../api/use-api';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { SearchField } from '../components/SearchField';
import { matchesWords, searchWords } from '../format/search';
import classes from './status.module.css';

type Column = 'name' | 'value';

/** The command line's flags as they took effect. */
export function FlagsPage(): ReactElement {
  const result = useFlags();
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState<{ column: Column; descending: boolean }>({
    column: 'name',
    descending: false,
  });
  const sortBy = (column: Column): void =>
    setSort({ column, descending: sort.column === column && !sort.descending });
  const sorted = (column: Column): 'ascending' | 'descending' | 'none' =>
    sort.column !== column ? 'none' : sort.descending ? 'descending' : 'ascending';
  return (
    <>
      <PageHeader title="Flags">
        <SearchField label="Search flags" placeholder="Flag or value" value={search} onChange={setSearch} />
      </PageHeader>
      <Loaded result={result} what="the flags">
        {(flags) => {
          const rows = flagRows(flags, search, sort.column, sort.descending);
          if (rows.length === 0) return <Notice tone="plain">No flag matches “{search}”.</Notice>;
          return (
            <div className={classes.card}>
              <table className={classes.table}>
                <thead>
                  <tr>
                    <th scope="col" aria-sort={sorted('name')}>
                      <button type="button" className={classes.sort} onClick={() => sortBy('name')}>
                        Flag
                      </button>
                    </th>
                    <th scope="col" aria-sort={sorted('value')}>
                      <button type="button" className={classes.sort} onClick={() => sortBy('value')}>
                        Value
                      </button>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(([name, value]) => (
                    <tr key={name} data-testid="flag">
                      <th scope="row">
                        <code>--{name}</code>
                      </th>
                      <td>
                        {value === '' ? <span className={classes.empty}>empty</span> : <code>{value}</code>}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function flagRows(
  flags: FlagsAnswer,
  search: string,
  column: Column,
  descending: boolean,
): readonly (readonly [string, string])[] {
  const words = searchWords(search);
  const at = column === 'name' ? 0 : 1;
  const rows = Object.entries(flags)
    .filter(([name, value]) => matchesWords(words, `--${name}=${value}`))
    .sort((a, b) => a[at].localeCompare(b[at]) || a[0].localeCompare(b[0]));
  return descending ? rows.reverse() : rows;
}
