import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Workers } from '#core/ports.ts';
import { lambda } from '../clients.ts';

/** `prepare`, which makes vault keys, by its function's name. */
export function lambdaPrepare(name: string): Pick<Workers, 'prepare'> {
  return {
    async prepare(purpose, epoch) {
      const Payload = JSON.stringify({ purpose, epoch });
      const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload }));
      if (FunctionError !== undefined) throw new Error('prepare could not make a vault key');
    },
  };
}

/** `preserve`, which keeps epoch keys, by its function's name. */
export function lambdaPreserve(name: string): Pick<Workers, 'preserve'> {
  return {
    async preserve(preservation) {
      const Payload = JSON.stringify({ preservation });
      await lambda.send(new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload }));
    },
  };
}
