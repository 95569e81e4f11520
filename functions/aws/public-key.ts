// For functions that name it here; it moved.
export { publicKeys } from './kms/public-keys.ts';
