// For functions that name it here; it moved.
export { dynamoStore, tableNames } from './dynamodb/store.ts';
