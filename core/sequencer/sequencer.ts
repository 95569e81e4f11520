import { streamNames } from '#core/log/kinds.ts';
import type { Chance, LogFiles, LogSigner, Watch } from '#core/ports.ts';
import { logHead } from '#core/state/log-head.ts';
import { logPlaces } from '#core/state/log-places.ts';
import { logStage } from '#core/state/log-stage.ts';
import { type OutboxItem, outbox } from '#core/state/outbox.ts';
import { type Store, StoreConflict } from '#core/store/store.ts';
import { publishedCheckpoint } from './files.ts';
import { inOrder, type OrderPorts } from './order.ts';
import { isPresentHead, publishStaged } from './publish.ts';
import { isSound, reportMalformed, reportRefused } from './soundness.ts';
import { type StagePorts, stageEntries } from './stage.ts';

export interface SequencerPorts {
  store: Store;
  files: LogFiles;
  signer: LogSigner;
  chance: Pick<Chance, 'id'>;
  watch: Watch;
}

/**
 * Gives committed entries their places in the log: order → stage → sign → compare-and-swap the head → write places,
 * bundles and tiles → publish the checkpoint → mark the head as published. The order of these steps is what makes the
 * log safe (docs/decisions/0023, 0048, 0050). Whatever a head names is in the bucket before the next head can be made. So a
 * crash anywhere, a second delivery, and several sequencers at the same time change nothing (I6). What has a place is
 * asked of the bucket alone: nobody who writes the tables has a stream's number taken twice, or its chain broken (I11).
 */
export function sequencer({ store, ...others }: SequencerPorts) {
  const ports = {
    ...others,
    head: logHead(store),
    stage: logStage(store),
    places: logPlaces(others.files),
    outbox: outbox(store),
  };
  async function placeSound(entries: readonly OutboxItem[]): Promise<OutboxItem[]> {
    const placed: OutboxItem[] = [];
    while (!(await placeAll(ports, entries, placed)));
    return placed;
  }

  /** No entry gets past here: a founding by somebody who may not name reviewers is noticed. */
  function noteFoundings(entries: readonly OutboxItem[]): void {
    const foundings = entries.filter(({ stream }) => stream === streamNames.founding).length;
    if (foundings > 0) ports.watch.count('RegistryFounded', foundings);
  }

  return {
    /**
     * Has all of some committed entries in the published log, with those that must come before them.
     *
     * @param arrived what the outbox's stream brought; undefined: something that is no outbox item
     * @throws whatever a port throws: to be delivered again
     */
    async deliver(arrived: readonly (OutboxItem | undefined)[]): Promise<void> {
      const entries = soundAmong(ports.watch, arrived);
      await placeSound(entries);
      noteFoundings(entries);
    },

    /**
     * The same of entries that should be in the log already.
     *
     * @returns those that were not
     */
    async place(listed: readonly (OutboxItem | undefined)[]): Promise<OutboxItem[]> {
      const placed = await placeSound(soundAmong(ports.watch, listed));
      noteFoundings(placed);
      return placed;
    },
  };
}

function soundAmong(watch: Watch, arrived: readonly (OutboxItem | undefined)[]): OutboxItem[] {
  const sound: OutboxItem[] = [];
  for (const item of arrived) {
    if (item !== undefined && isSound(item)) sound.push(item);
    else reportMalformed(watch);
  }
  return sound;
}

/**
 * @param placed takes what got its place here
 * @returns false if another sequencer moved the head, and may have placed some of the entries
 */
async function placeAll(
  ports: StagePorts & OrderPorts,
  entries: readonly OutboxItem[],
  placed: OutboxItem[],
): Promise<boolean> {
  const head = await publishStaged(ports);
  // Before any place is read, from the bucket itself: then none is missing of what the next head is made on, whatever the
  // table says of how much is published.
  if (!(await isPresentHead(ports, head, await publishedCheckpoint(ports.files, ports.signer)))) return false;
  const { unplaced, refused } = await inOrder(ports, entries);
  if (unplaced.length > 0) {
    try {
      await stageEntries(ports, head, unplaced);
    } catch (error) {
      if (error instanceof StoreConflict) return false;
      throw error;
    }
    await publishStaged(ports);
    placed.push(...unplaced);
  }
  for (const reason of refused) reportRefused(ports.watch, reason);
  return true;
}
