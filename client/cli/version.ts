import manifest from '../../package.json' with { type: 'json' };

/** Of this very package. */
export const { version } = manifest;

/** As it names itself in what it makes. */
export const madeBy = `writ ${version}`;
