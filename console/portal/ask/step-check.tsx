import { preservationParts, requestParts } from '#client/asking/sentences.ts';
import { Parts } from '../../sign/parts.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Button, Loading, Notice } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { saying } from '../sign/sentences.ts';
import { preservationOf, requestOf } from './draft.ts';
import { stepsOf } from './faults.ts';
import { mayHaveArrived, useAsk } from './state.ts';
import { askWords } from './words.ts';

/** The whole in sentences, each part of which can be changed; and sending it. */
export function CheckStep() {
  const { draft: of, faults, goTo, send, isSending, error } = useAsk();
  const draft = of.value;
  const words = inLanguage(askWords);
  const order = draft.what === 'request' ? requestOf(draft).data : undefined;
  const preservation = draft.what === 'preservation' ? preservationOf(draft).data : undefined;
  const parts =
    order !== undefined
      ? requestParts(order, saying())
      : preservation !== undefined
        ? preservationParts(preservation, saying())
        : [];
  return (
    <>
      <p>{words.check.says}</p>
      {parts.length === 0 ? null : (
        <div class="said">
          <Parts of={parts} />
        </div>
      )}
      <p class="changes">
        {stepsOf(draft)
          .filter((step) => step !== 'check')
          .map((step) => (
            <button key={step} type="button" class="link" onClick={() => goTo(step)}>
              {words.check.change(words.steps[step])}
            </button>
          ))}
      </p>
      {error.value === undefined ? null : (
        <>
          <Notice
            tone="warn"
            title={mayHaveArrived(error.value) ? words.check.mayHaveArrived : words.check.unsent}
            alert
          />
          <Failure error={error.value} />
        </>
      )}
      {isSending.value ? <Loading>{words.check.sending}</Loading> : null}
      <p class="actions">
        <Button kind="main" disabled={faults.value.length > 0 || isSending.value} onClick={() => void send()}>
          {words.check.send[draft.what]}
        </Button>
      </p>
    </>
  );
}
