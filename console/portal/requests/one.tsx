export { OneRequest } from '../one/one.tsx';
