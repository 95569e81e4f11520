import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { builtOnce } from './built.ts';
import { needs } from './examples/programs.ts';

/**
 * Builds all programs of a Go module, with the modules that its go.sum pins.
 *
 * @returns the folder that they are in, or why they cannot be had here; what does not compile throws
 */
export async function goPrograms(
  name: string,
  sources: string,
): Promise<{ folder: string } | { missing: string }> {
  const missing = needs('go', ['version'], /go1\.(?:2[5-9]|[3-9]\d)/);
  if (missing !== false) return { missing };
  const go = (...args: string[]) =>
    promisify(execFile)('go', args, {
      cwd: sources,
      env: { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly' },
    });
  try {
    await go('mod', 'download');
  } catch (error) {
    return { missing: `the Go modules cannot be had here: ${String(error).trim().split('\n').at(-1)}` };
  }
  const folder = await builtOnce(name, sources, async (into) => {
    // A folder's name says that it is one, whatever the number of programs.
    await go('build', '-o', `${into}/`, './...');
  });
  return { folder };
}
