import { type GlobalSection } from '../../config/sections/global';
import { type SlackSection } from './config';

/** What is not given here is taken from `global`. @throws Error with upstream's words when it is not there either */
export function completeSlack(slack: SlackSection, global: GlobalSection): SlackSection {
  const hasUrl = slack.api_url !== undefined || slack.api_url_file !== '';
  const hasToken = slack.app_token !== undefined || slack.app_token_file !== '';
  const takesToken = !hasToken && !hasUrl;
  const completed: SlackSection = {
    ...slack,
    http_config: slack.http_config ?? global.http_config,
    app_url: slack.app_url ?? global.slack_app_url,
    app_token: takesToken ? global.slack_app_token : slack.app_token,
    app_token_file: takesToken ? global.slack_app_token_file : slack.app_token_file,
    api_url: hasUrl ? slack.api_url : global.slack_api_url,
    api_url_file: hasUrl ? slack.api_url_file : global.slack_api_url_file,
  };
  const { api_url, api_url_file, app_token, app_token_file } = completed;
  if (api_url === undefined && api_url_file === '' && app_token === undefined && app_token_file === '') {
    throw new Error('no Slack API URL nor App token set either inline or in a file');
  }
  return completed;
}
