import hooks from 'node:async_hooks';

/**
 * Loaded before a file of tests (`node --import`): Node's test runner then follows no promises.
 *
 * It follows each from where it is made to where it is used, to say of an error that nobody caught which test it came
 * from. Tests that compute make millions, and spend half of their time on that. Without it such an error still fails the
 * run, with its text; it is only not laid to a test. `describe` finds its tests as before, as long as `test`, `before` and
 * `after` are called at once, and not after something was waited for: there it is `t.test` and `t.after`.
 */
const { createHook } = hooks;

hooks.createHook = (callbacks) => {
  const hook = createHook(callbacks);
  const asks = new Error('who asks').stack ?? '';
  if (!asks.includes('node:internal/test_runner/')) return hook;
  // What Node sets of its own hooks that have no need of promises. Where there is no such thing, tests are only slower.
  const none = Object.getOwnPropertySymbols(hook).find(({ description }) => description === 'kNoPromiseHook');
  if (none !== undefined) Reflect.set(hook, none, true);
  return hook;
};
