export { ConfigError, CONFIG_ERROR_CODES, type ConfigErrorCode } from './errors.js';
export { checkGlob, matchingFiles } from './globs.js';
export { configIdentity } from './identity.js';
export { typeIssue, valueIssue, type DecodeContext, type IssueParams } from './issues.js';
export { isLabelName, labelName, labels } from './label-fields.js';
export { decodeConfig, loadConfigFile, readConfigText, type DecodeOptions, type Loaded } from './load.js';
export { filePath, url } from './place-fields.js';
export { printConfig } from './print.js';
export { byteSize, duration, formatByteSize, parseByteSize } from './quantity-fields.js';
export { relabelRule, relabelRules } from './relabel.js';
export {
  anything,
  choice,
  flag,
  float,
  integer,
  parsed,
  text,
  type Field,
  type FieldOptions,
  type NumberOptions,
} from './scalar-fields.js';
export { boolOf, numberOf } from './scalar-tag.js';
export { Secret, secret } from './secret.js';
export {
  check,
  list,
  optional,
  record,
  section,
  type ListOptions,
  type Section,
  type Shape,
} from './section.js';
export { parseUrl } from './url.js';
export {
  isAbsent,
  isYamlNode,
  YamlMapping,
  YamlScalar,
  YamlSequence,
  type YamlNode,
  type YamlSource,
} from './yaml-node.js';
