import { z } from 'zod';
import { isFindingCode } from '#core/log/finding-codes.ts';
import { parseStored } from '#core/log/verify/stored.ts';
import {
  type KeptFinding,
  type MonitorStore,
  type NewFinding,
  type NoteName,
  StateError,
  type Telling,
} from './store.ts';

/** A monitor's state in one file: the SQLite that Node has built in, from 22.13 on. */

type Database = InstanceType<typeof import('node:sqlite').DatabaseSync>;

/** Node says of it that it is experimental, to whoever runs the command; nobody can act on that. */
async function sqlite(): Promise<typeof import('node:sqlite')> {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite ')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return await import('node:sqlite');
  } catch (cause) {
    throw new StateError('node-too-old', { cause });
  } finally {
    process.emitWarning = emitWarning;
  }
}

const VERSION = 1;
const tables = `
CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE streams (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE checkpoints (day TEXT PRIMARY KEY, size TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE findings (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, endedAt TEXT, topic TEXT NOT NULL, code TEXT NOT NULL, severity TEXT NOT NULL,
  place TEXT NOT NULL, message TEXT NOT NULL, number INTEGER UNIQUE, isStanding INTEGER NOT NULL, evidence TEXT NOT NULL
);
CREATE UNIQUE INDEX once ON findings (topic, code, place, message) WHERE endedAt IS NULL;
CREATE TABLE tellings (
  id INTEGER PRIMARY KEY, channel TEXT NOT NULL, finding INTEGER NOT NULL REFERENCES findings (id), what TEXT NOT NULL
);
PRAGMA user_version = ${VERSION};
`;

const row = z.object({
  id: z.number(),
  at: z.string(),
  endedAt: z.string().nullable(),
  topic: z.string(),
  code: z.string().refine(isFindingCode),
  severity: z.enum(['error', 'warning']),
  place: z.string(),
  message: z.string(),
  number: z.number().nullable(),
  isStanding: z.number(),
  evidence: z.string(),
});
const telling = row.extend({ telling: z.number(), what: z.enum(['found', 'over']) });
const checkpointRow = z.object({ size: z.string(), note: z.string(), at: z.string() });
const countRow = z.object({ code: z.string().refine(isFindingCode), count: z.number() });
const textRow = z.object({ text: z.string() });
const idRow = z.object({ id: z.number() });
const notes = z.array(z.string());

const columns =
  'f.id, f.at, f.endedAt, f.topic, f.code, f.severity, f.place, f.message, f.number, f.isStanding, f.evidence';

/**
 * Opens a monitor's state, or begins one. One process has it at a time.
 *
 * @param file its path; `:memory:` for one that is forgotten
 * @throws StateError
 */
export async function openMonitorStore(file: string): Promise<MonitorStore> {
  const { DatabaseSync } = await sqlite();
  let db: Database | undefined;
  try {
    db = new DatabaseSync(file);
    // A lock that is held as long as the process lives: the kernel takes it from one that was killed.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    begin(db);
    return new SqliteStore(db);
  } catch (cause) {
    db?.close();
    if (cause instanceof StateError) throw cause;
    throw new StateError(isBusy(cause) ? 'state-in-use' : 'state-unreadable', { cause });
  }
}

const isBusy = (error: unknown) => error instanceof Error && 'errcode' in error && error.errcode === 5;

function begin(db: Database): void {
  db.exec('BEGIN IMMEDIATE');
  const { user_version: version } = z
    .object({ user_version: z.number() })
    .parse(db.prepare('PRAGMA user_version').get());
  if (version === 0) db.exec(tables);
  db.exec('COMMIT');
  if (version !== 0 && version !== VERSION) throw new StateError('state-unreadable');
}

class SqliteStore implements MonitorStore {
  private readonly db: Database;
  readonly streams: MonitorStore['streams'];

  constructor(db: Database) {
    this.db = db;
    const get = db.prepare('SELECT text FROM streams WHERE name = ?');
    const set = db.prepare('INSERT OR REPLACE INTO streams (name, text) VALUES (?, ?)');
    this.streams = {
      get: (name) => textRow.optional().parse(get.get(name))?.text,
      set: (name, text) => {
        set.run(name, text);
      },
    };
  }

  atOnce<T>(step: () => T): T {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const result = step();
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      this.db.exec('ROLLBACK');
      throw error;
    }
  }

  note(name: NoteName): string | undefined {
    return textRow.optional().parse(this.db.prepare('SELECT text FROM notes WHERE name = ?').get(name))?.text;
  }

  setNote(name: NoteName, text: string | undefined): void {
    if (text === undefined) this.db.prepare('DELETE FROM notes WHERE name = ?').run(name);
    else this.db.prepare('INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)').run(name, text);
  }

  keepCheckpoint(size: bigint, note: string, at: string): void {
    this.db
      .prepare('INSERT OR REPLACE INTO checkpoints (day, size, note, at) VALUES (?, ?, ?, ?)')
      .run(at.slice(0, 10), String(size), note, at);
  }

  checkpoints(): { size: bigint; note: string; at: string }[] {
    const rows = this.db.prepare('SELECT size, note, at FROM checkpoints ORDER BY day').all();
    return rows.map((each) => {
      const { size, ...rest } = checkpointRow.parse(each);
      return { size: BigInt(size), ...rest };
    });
  }

  add(finding: NewFinding, at: string): number | undefined {
    const { topic, code, severity, index, message, number, isStanding, evidence = [] } = finding;
    const found = this.db
      .prepare(
        `INSERT INTO findings (at, topic, code, severity, place, message, number, isStanding, evidence)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
      )
      .get(
        ...[at, topic, code, severity, String(index ?? ''), message],
        ...[number ?? null, Number(isStanding), JSON.stringify(evidence)],
      );
    return idRow.optional().parse(found)?.id;
  }

  revise(number: number, code: NewFinding['code'], message: string): void {
    this.db
      .prepare('UPDATE OR IGNORE findings SET code = ?, message = ? WHERE number = ?')
      .run(code, message, number);
  }

  end(id: number, at: string): void {
    this.db.prepare('UPDATE findings SET endedAt = ? WHERE id = ? AND endedAt IS NULL').run(at, id);
  }

  standing(): KeptFinding[] {
    const all = this.db.prepare(
      `SELECT ${columns} FROM findings f WHERE isStanding = 1 AND endedAt IS NULL ORDER BY id`,
    );
    return all.all().map(kept);
  }

  newest(most: number): KeptFinding[] {
    const all = this.db.prepare(
      `SELECT ${columns} FROM findings f ORDER BY coalesce(endedAt, at) DESC, id DESC LIMIT ?`,
    );
    return all.all(most).map(kept);
  }

  counts(): { code: NewFinding['code']; count: number }[] {
    const all = this.db.prepare(
      'SELECT code, count(*) AS count FROM findings WHERE endedAt IS NULL GROUP BY code ORDER BY code',
    );
    return all.all().map((each) => countRow.parse(each));
  }

  toTell(channel: string, finding: number, what: Telling['what']): void {
    this.db
      .prepare('INSERT INTO tellings (channel, finding, what) VALUES (?, ?, ?)')
      .run(channel, finding, what);
  }

  untold(channel: string): Telling[] {
    const all = this.db.prepare(
      `SELECT t.id AS telling, t.what, ${columns} FROM tellings t JOIN findings f ON f.id = t.finding
       WHERE t.channel = ? ORDER BY t.id`,
    );
    return all.all(channel).map((each) => {
      const { telling: id, what } = telling.parse(each);
      return { id, channel, what, finding: kept(each) };
    });
  }

  told({ id }: Telling): void {
    this.db.prepare('DELETE FROM tellings WHERE id = ?').run(id);
  }

  close(): void {
    this.db.close();
  }
}

function kept(value: unknown): KeptFinding {
  const { endedAt, place, number, isStanding, evidence, ...rest } = row.parse(value);
  return {
    ...rest,
    ...(endedAt === null ? {} : { endedAt }),
    ...(place === '' ? {} : { index: BigInt(place) }),
    ...(number === null ? {} : { number }),
    isStanding: isStanding === 1,
    evidence: parseStored(notes, evidence),
  };
}
