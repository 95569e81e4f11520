/** Types of node-binary.mjs, which runs before there is a compiler. */
export interface PinnedNode {
  version: string;
  platforms: Record<string, { package: string; integrity: string; sha256: string }>;
}
export interface Fetching {
  pack(specifier: string, folder: string): Promise<unknown>;
  unpack(archive: string, inside: string, folder: string): Promise<unknown>;
}
export const pinned: PinnedNode;
export const here: string;
export function checkBinary(file: string, pins?: PinnedNode, platform?: string): boolean;
export function bringBinary(
  file: string,
  fetching: Fetching,
  pins?: PinnedNode,
  platform?: string,
): Promise<void>;
