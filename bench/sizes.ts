import { printSizes } from '../test/limits/table.ts';

/** `npm run bench -- sizes`: what AWS takes, and the largest that Writ has of it. `--write` puts it into docs/scale.md. */
printSizes();
