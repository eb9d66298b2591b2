import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { useConfig } from '../api/use-api';
import { Loaded } from '../components/Loaded';
import { PageHeader } from '../components/PageHeader';
import { SearchField } from '../components/SearchField';
import { countOf } from '../format/number';
import { matchesWords, searchWords } from '../format/search';
import { YamlText } from './YamlText';
import classes from './status.module.css';

/** The configuration in effect, defaults included, secrets hidden by the server. */
export function ConfigPage(): ReactElement {
  const result = useConfig();
  const [search, setSearch] = useState('');
  const clipboard = useClipboard({ timeout: 1500 });
  const yaml = result.data?.data.yaml ?? '';
  const words = searchWords(search);
  const found = words.length === 0 ? 0 : yaml.split('\n').filter((line) => matchesWords(words, line)).length;
  return (
    <>
      <PageHeader
        title="Configuration"
        aside={
          <Button
            variant="default"
            disabled={yaml === ''}
            leftSection={clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            onClick={() => clipboard.copy(yaml)}
          >
            {clipboard.copied ? 'Copied' : 'Copy'}
          </Button>
        }
      >
        <SearchField
          label="Search the configuration"
          placeholder="Mark lines with…"
          value={search}
          onChange={setSearch}
        />
        {words.length > 0 && <span className={classes.empty}>{countOf(found, 'line')}</span>}
      </PageHeader>
      <Loaded result={result} what="the configuration">
        {(data) => (
          <div className={classes.card}>
            <YamlText yaml={data.yaml} marked={words} />
          </div>
        )}
      </Loaded>
    </>
  );
}
