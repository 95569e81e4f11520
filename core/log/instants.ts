/** Instants as entries have them: `YYYY-MM-DDTHH:MM:SS.sssZ`, in bytes. */
export const AT_LENGTH = 'YYYY-MM-DDTHH:MM:SS.sssZ'.length;

const DAY_LENGTH = 'YYYY-MM-DD'.length;
const [T, COLON, DOT, Z] = [0x54, 0x3a, 0x2e, 0x5a] as const;

/**
 * Reads an instant at a place: Unix milliseconds, or NaN if it is none. Of entries that lie one behind the other most
 * are of one day, so the day is read once.
 */
export function instantReader(): (bytes: Uint8Array, at: number) => number {
  const day = new Uint8Array(DAY_LENGTH);
  let start = Number.NaN;
  return (bytes, at) => {
    for (let i = 0; i < DAY_LENGTH; i++) {
      if (bytes[at + i] === day[i]) continue;
      day.set(bytes.subarray(at, at + DAY_LENGTH));
      start = dayStart(String.fromCharCode(...day));
      break;
    }
    const hours = twoDigits(bytes, at + 11);
    const minutes = twoDigits(bytes, at + 14);
    const seconds = twoDigits(bytes, at + 17);
    const tens = twoDigits(bytes, at + 20);
    const ones = (bytes[at + 22] ?? 0) - 0x30;
    const isWhole =
      bytes[at + 10] === T &&
      bytes[at + 13] === COLON &&
      bytes[at + 16] === COLON &&
      bytes[at + 19] === DOT &&
      bytes[at + 23] === Z;
    if (!isWhole || hours > 23 || minutes > 59 || seconds > 59 || tens > 99 || ones < 0 || ones > 9)
      return Number.NaN;
    return start + ((hours * 60 + minutes) * 60 + seconds) * 1000 + tens * 10 + ones;
  };
}

/** More than 99 for anything else. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  return (tens | ones | (9 - tens) | (9 - ones)) < 0 ? 100 : tens * 10 + ones;
}

/** Only what prints as it was written is a day: the 30th of February is none. */
function dayStart(day: string): number {
  const time = Date.parse(`${day}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${day}T`) ? time : Number.NaN;
}
