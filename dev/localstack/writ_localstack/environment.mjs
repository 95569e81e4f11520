/**
 * One Lambda environment: a process that loads a function once and calls its handler for each event.
 *
 * executor.py writes one JSON object a line to standard input, and reads the answers, one a line, from the file descriptor that
 * it names on the command line.
 * What the function prints goes to standard output and error, which executor.py takes for its log.
 */
import { existsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const ANSWERS = Number(process.argv[2]);

function answer(value) {
  const line = Buffer.from(`${JSON.stringify(value)}\n`);
  for (let sent = 0; sent < line.length; ) sent += writeSync(ANSWERS, line, sent);
}

/** What Lambda tells the caller of an error: AWS Lambda Developer Guide, "Errors in Node.js". */
function described(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
}

async function load() {
  const [file = '', name = ''] = String(process.env._HANDLER).split('.');
  const path = ['.js', '.mjs', '.cjs'].map((end) => join(process.cwd(), file + end)).find(existsSync);
  if (path === undefined) throw new Error(`There is no file of the handler ${process.env._HANDLER}.`);
  const module = await import(pathToFileURL(path).href);
  const handler = module[name] ?? module.default?.[name];
  if (typeof handler !== 'function') throw new Error(`The handler ${process.env._HANDLER} is no function.`);
  return handler;
}

function contextOf({ id, arn, deadline }) {
  const { env } = process;
  return {
    awsRequestId: id,
    invokedFunctionArn: arn,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

let handler;
try {
  handler = await load();
} catch (error) {
  console.error(error);
  answer({ failed: described(error) });
  process.exit(1);
}
answer({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { event, ...invocation } = JSON.parse(line);
  process.env._X_AMZN_TRACE_ID = invocation.trace;
  try {
    // Lambda's nodejs24.x calls no callback: a handler returns its answer or a promise of it.
    const value = await handler(event, contextOf(invocation));
    answer({ id: invocation.id, value: value ?? null });
  } catch (error) {
    console.error(error);
    answer({ id: invocation.id, error: described(error) });
  }
}
// Who writes the lines is gone.
process.exit(0);
