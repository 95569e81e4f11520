import manifest from '../../package.json' with { type: 'json' };

/** Of this very package. */
export const { version } = manifest;
