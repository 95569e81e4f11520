/** What may go wrong between the page and the desk. A test turns it on and off while the page runs. */
export type Fault =
  /** Nothing is answered, and the connection is gone. */
  | 'offline'
  /** The call is carried out, and its answer breaks off. */
  | 'answer-lost'
  /** The call is carried out, and the connection is closed: a browser then sends the same call again by itself. */
  | 'connection-lost'
  | 'unsigned'
  /** Somebody signs whose key the provider does not publish. */
  | 'signed-by-stranger'
  /** The answer names another reference than the one that was signed: see `forged`. */
  | 'changed'
  /** A list whose next page nobody can find. */
  | 'page-unknown'
  /** An answer of a gateway's own, which nobody signs. */
  | 'unavailable';

/** What every reference begins with in an answer that was changed on its way. */
export const forged = 'FORGED ';

export interface Asked {
  method: string;
  /** With `/v1`, without the query. */
  path: string;
  /** With it. */
  target: string;
}

interface Active {
  fault: Fault | Promise<void>;
  isOn: (call: Asked) => boolean;
  left: number;
}

const isSigned = ({ path }: Asked) => /^\/v1\/(reviews|registry|people|requests)/.test(path);

export function deskFaults() {
  const active: Active[] = [];
  const begin = (one: Active) => {
    active.push(one);
    return () => {
      active.splice(0, active.length, ...active.filter((other) => other !== one));
    };
  };
  return {
    /**
     * @param isOn which calls it befalls; by default those of the signed API, and all of them when offline
     * @param times how many of them, one after the other
     * @returns ends it
     */
    begin(
      fault: Fault,
      isOn: (call: Asked) => boolean = fault === 'offline' ? () => true : isSigned,
      times = Number.POSITIVE_INFINITY,
    ): () => void {
      return begin({ fault, isOn, left: times });
    },
    /** Keeps calls waiting until it is ended: so a test sees what is shown meanwhile, and waits for no time to pass. */
    hold(isOn: (call: Asked) => boolean = isSigned): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = begin({ fault: promise, isOn, left: Number.POSITIVE_INFINITY });
      return () => {
        end();
        resolve();
      };
    },
    end() {
      active.length = 0;
    },
    /** What befalls a call, in the order in which it was begun. */
    of(call: Asked): (Fault | Promise<void>)[] {
      const befalling = active.filter(({ isOn, left }) => left > 0 && isOn(call));
      for (const one of befalling) one.left--;
      return befalling.map(({ fault }) => fault);
    },
  };
}
export type DeskFaults = ReturnType<typeof deskFaults>;
