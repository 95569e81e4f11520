import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const found = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    help: z.string(),
    nodes: z.array(z.object({ target: z.array(z.unknown()), html: z.string() })),
  }),
);

/** Has axe look at the page as it is. What it finds at WCAG 2.2 AA fails the test. */
export async function axe(page: Page): Promise<void> {
  // Through DevTools: the page's own policy lets no other program in, and stays as it is.
  const devTools = await page.context().newCDPSession(page);
  const evaluate = async (expression: string) => {
    const { result, exceptionDetails } = await devTools.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    assert.equal(exceptionDetails?.exception?.description ?? exceptionDetails?.text, undefined);
    return result.value as unknown;
  };
  await evaluate(`typeof axe === 'undefined' && ${axeSource};0`);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const violations = found.parse(
    await evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) => JSON.parse(JSON.stringify(violations)))`,
    ),
  );
  await devTools.detach();
  const said = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}\n    ${html}`),
  );
  assert.deepEqual(said, []);
}
