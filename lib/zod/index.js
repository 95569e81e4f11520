// What `import { z } from 'zod'` gives, in the page: without 60 languages that nobody reads here.

export { config } from '../../node_modules/zod/v4/core/index.js';
export * as z from './parts.js';
