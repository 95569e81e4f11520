import { dynamoStore, tableNames } from './dynamodb/store.ts';

/** The tables that this function was given the names of. Using another one fails. */
export const store = dynamoStore(tableNames(process.env));
