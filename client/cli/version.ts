import manifest from '../../package.json' with { type: 'json' };

/** The version of this package. */
export const { version } = manifest;

/** The name and version that writ puts into the files that it makes. */
export const madeBy = `writ ${version}`;
