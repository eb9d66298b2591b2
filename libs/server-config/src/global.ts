import { duration, filePath, labels, section } from '@narthex/config';
import { globalScrapeFields } from '@narthex/scrape';

const { scrape_interval, scrape_timeout, scrape_protocols, scrape_failure_log_file, ...limits } =
  globalScrapeFields;

/** `global`: what scraping takes from it stands in the scrape library; here it is put in upstream's order. */
export const globalSection = section('config.plain', {
  scrape_interval,
  scrape_timeout,
  scrape_protocols,
  evaluation_interval: duration({ default: 60_000 }),
  rule_query_offset: duration(),
  query_log_file: filePath(),
  scrape_failure_log_file,
  external_labels: labels('map[string]string', { checkValues: true, keepEmpty: true }),
  ...limits,
});
