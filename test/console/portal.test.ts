import { axe, inBrowser, screenshot } from './browser.ts';
import { desk } from './desk.ts';
import { openPortal, portalSaid } from './portal.ts';

inBrowser(
  'an officer makes their keys in the page, is enrolled, and is at their agency’s requests',
  async (t) => {
    const at = await desk({ cases: 10 });
    t.after(() => at.close());
    const { page } = await openPortal(t, at);
    const words = portalSaid('portal');
    await page.getByText('Staatsanwaltschaft Altenwerda · newcomer').waitFor();
    await axe(page);
    await page.getByRole('link', { name: words.screens.key }).click();
    await page.getByRole('list', { name: portalSaid('first').own.decrypts ?? '' }).waitFor();
    await axe(page);
    await screenshot(page, 'portal-key');
  },
);
