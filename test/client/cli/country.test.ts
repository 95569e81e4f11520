import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countryFault } from '#client/cli/country.ts';

test('a code that is no country’s names the one that is meant', () => {
  for (const code of ['DE', 'GB', 'GR', 'US', 'XK', 'FR']) assert.equal(countryFault(code), undefined, code);
  const meant: Record<string, RegExp> = {
    UK: /: United Kingdom is GB$/,
    EL: /: Greece is GR$/,
    de: /: Germany is DE$/,
    ' DE': /: Germany is DE$/,
    el: /: Greece is GR$/,
    DD: /: Germany is DE$/,
    EU: /, and EU is none$/,
    ZZ: /, and ZZ is none$/,
    XX: /, and XX is none$/,
    Germany: /, like DE$/,
    '': /, like DE$/,
  };
  for (const [text, said] of Object.entries(meant)) assert.match(countryFault(text) ?? '', said, text);
});
