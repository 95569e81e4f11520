import type { XmlElement } from '#client/order/xml-reader.ts';
import { type Entry, namespaces, type Prefix } from './vocabulary.ts';

/** An element stands where one is known, twice or with elements within it where a text is expected. Holds its path alone. */
export class PartError extends Error {
  override name = 'PartError';
  readonly path: string;

  constructor(path: string) {
    super('element misplaced');
    this.path = path;
  }
}

/**
 * An element while it is read: it remembers what of it was asked for, so that what nobody asked for can be said and is not
 * dropped unsaid.
 */
export class Part {
  readonly element: XmlElement;
  private readonly path: string;
  private readonly seen = new Set<XmlElement>();
  private readonly parts: Part[] = [];

  constructor(element: XmlElement, path: string = element.name) {
    this.element = element;
    this.path = path;
  }

  all(prefix: Prefix, name: string): Part[] {
    const namespace = namespaces[prefix];
    return this.element.children
      .filter((child) => child.namespace === namespace && child.name === name)
      .map((child) => {
        this.seen.add(child);
        const part = new Part(child, `${this.path}/${name}`);
        this.parts.push(part);
        return part;
      });
  }

  /** @throws PartError it stands there twice */
  one(prefix: Prefix, name: string): Part | undefined {
    const [first, another] = this.all(prefix, name);
    if (another !== undefined) throw new PartError(`${this.path}/${name}`);
    return first;
  }

  /** A text without white space around it; undefined where it is empty or not there. @throws PartError */
  text(prefix: Prefix, name: string): string | undefined {
    const text = this.exactText(prefix, name)?.trim();
    return text === '' ? undefined : text;
  }

  /** A text as it stands. @throws PartError */
  exactText(prefix: Prefix, name: string): string | undefined {
    const part = this.one(prefix, name);
    if (part !== undefined && part.element.children.length > 0) throw new PartError(part.path);
    return part?.element.text;
  }

  /** @throws PartError */
  flag(prefix: Prefix, name: string): boolean | undefined {
    const text = this.text(prefix, name);
    if (text === undefined) return undefined;
    if (!/^(?:true|false|1|0)$/.test(text)) throw new PartError(`${this.path}/${name}`);
    return text === 'true' || text === '1';
  }

  /** A value of a dictionary. @throws PartError */
  entry(prefix: Prefix, name: string): Entry | undefined {
    return this.one(prefix, name)?.asEntry();
  }

  /** This element as a value of a dictionary. @throws PartError */
  asEntry(): Entry {
    const [owner, name, value] = [
      this.text('common', 'Owner'),
      this.text('common', 'Name'),
      this.text('common', 'Value'),
    ];
    if (owner === undefined || name === undefined || value === undefined) throw new PartError(this.path);
    return { owner, name, value };
  }

  isOfType(prefix: Prefix, name: string): boolean {
    const { type } = this.element;
    return type !== undefined && type.namespace === namespaces[prefix] && type.name === name;
  }

  /** Elements that were found and mean nothing to a request. */
  pass(prefix: Prefix, ...names: readonly string[]): void {
    for (const name of names) for (const part of this.all(prefix, name)) part.passWhole();
  }

  private passWhole(): void {
    for (const child of this.element.children) this.seen.add(child);
  }

  /** The paths of all elements that nobody asked for. */
  unread(): string[] {
    const own = this.element.children
      .filter((child) => !this.seen.has(child))
      .map(({ name }) => `${this.path}/${name}`);
    return [...own, ...this.parts.flatMap((part) => part.unread())];
  }

  /** All texts below it, the way a person reads them. */
  words(): string {
    this.passWhole();
    return wordsOf(this.element).join(' ');
  }
}

function wordsOf({ text, children }: XmlElement): string[] {
  return children.length === 0 ? [text.trim()].filter(Boolean) : children.flatMap(wordsOf);
}
