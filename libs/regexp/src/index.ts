export { AnchoredRegexp, compileAnchored, type AnchoredForm } from './anchored.js';
export { RegexpCache } from './cache.js';
export { quoteMeta } from './engine.js';
export { RegexpError } from './errors.js';
export { ReplacementTemplate } from './expand.js';
export { compile, SearchRegexp } from './search.js';
