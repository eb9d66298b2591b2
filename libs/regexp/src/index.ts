export { AnchoredRegexp, compileAnchored, type AnchoredForm } from './anchored';
export { RegexpCache } from './cache';
export { quoteMeta } from './engine';
export { RegexpError } from './errors';
export { ReplacementTemplate } from './expand';
export { compile, SearchRegexp } from './search';
