import { useState } from 'preact/hooks';
import {
  delayNotice,
  giveInformation,
  handInOrder,
  tellPerson,
  validateRequest,
  withdrawRequest,
  writeToDesk,
} from '#client/agency.ts';
import { datedFault, delayFault, type TimeFault } from '#client/asking/limits.ts';
import { printable } from '#client/printable.ts';
import { publicPart } from '#client/webcrypto.ts';
import { documentTypes, looksLike, mostDocumentBytes } from '#core/cases/document.ts';
import { agencyLetterSchema } from '#core/cases/letters.ts';
import { answerSchema } from '#core/cases/messages.ts';
import type { AuthoriserRole } from '#core/cases/policy.ts';
import { type Delay, validationSchema } from '#core/cases/request.ts';
import { encryptFor } from '#core/registry/encryption-key.ts';
import { inLanguage } from '../../words/lang.ts';
import { instantOf } from '../ask/draft.ts';
import { usePortal } from '../state/portal.ts';
import { askingWords } from '../words/asking.ts';
import { ChoiceField, type ChosenFile, FileField, Form, lineOf, MomentField, TextField } from './fields.tsx';
import type { OneState, Opened } from './state.ts';
import { type Deed, oneWords } from './words.ts';

interface Of {
  opened: Opened;
  state: OneState;
  onLeave: () => void;
}

/** What an officer does with a request: each is checked here, and then signed at the sheet. */
export function DeedForm({ deed, ...of }: Of & { deed: Deed }) {
  switch (deed) {
    case 'information':
      return <AnswerForm {...of} />;
    case 'letter':
      return <LetterForm {...of} />;
    case 'order':
      return <OrderForm {...of} />;
    case 'validation':
      return <ValidationForm {...of} />;
    case 'notice':
      return <DelayForm {...of} />;
    case 'told':
      return <ToldForm {...of} />;
    case 'withdrawal':
      return <WithdrawForm {...of} />;
  }
}

const mostAnswer = 2000;
const mostLetter = 1000;

function AnswerForm({ opened: { view, question }, state, onLeave }: Of) {
  const words = inLanguage(oneWords).forms;
  const [text, setText] = useState('');
  const [file, setFile] = useState<ChosenFile>();
  const [isTried, setTried] = useState(false);
  const answer = answerSchema.safeParse({
    text: lineOf(text),
    ...(file === undefined ? {} : { digest: file.member }),
  }).data;
  const go = async () => {
    setTried(true);
    if (answer === undefined) return false;
    return state.act('information', (session) => giveInformation(session, view.id, answer));
  };
  return (
    <Form {...words.answer} goes={words.answer.go} isOff={state.busy.value} go={go} onLeave={onLeave}>
      {question === undefined ? null : <blockquote>{printable(question)}</blockquote>}
      <TextField
        label={words.text}
        most={mostAnswer}
        text={text}
        isWrong={isTried && answer === undefined}
        onText={setText}
      />
      <FileField label={words.answer.order} file={file} onFile={setFile} />
    </Form>
  );
}

function LetterForm({ opened: { view }, state, onLeave }: Of) {
  const { decrypts } = usePortal();
  const words = inLanguage(oneWords).forms;
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const letter = agencyLetterSchema.safeParse({ text: lineOf(text) }).data;
  const go = async () => {
    setTried(true);
    if (letter === undefined) return false;
    const copy = decrypts === undefined ? {} : { copy: await copyOf(letter.text, decrypts) };
    return state.act('letter', (session) => writeToDesk(session, view.id, { ...letter, ...copy }));
  };
  return (
    <Form {...words.letter} goes={words.letter.go} isOff={state.busy.value} go={go} onLeave={onLeave}>
      <TextField
        label={words.text}
        most={mostLetter}
        text={text}
        isWrong={isTried && letter === undefined}
        onText={setText}
      />
    </Form>
  );
}

type Decrypts = NonNullable<ReturnType<typeof usePortal>['decrypts']>;

async function copyOf(text: string, { pair }: Decrypts): Promise<string> {
  const { jwk, thumbprint } = await publicPart(pair);
  return encryptFor({ key: { ...jwk }, thumbprint }, text, 'text/plain');
}

function OrderForm({ opened: { view, request }, state, onLeave }: Of) {
  const words = inLanguage(oneWords).forms;
  const [file, setFile] = useState<ChosenFile>();
  const [isTried, setTried] = useState(false);
  const type = file && documentTypes.find((each) => looksLike(each, file.bytes));
  const error = (() => {
    if (file === undefined) return isTried ? words.order.none : undefined;
    if (file.bytes.length > mostDocumentBytes) return words.order.large;
    if (type === undefined) return words.order.type;
    return request !== undefined && request.instrument.digest !== file.member
      ? words.order.differs
      : undefined;
  })();
  const go = async () => {
    setTried(true);
    if (file === undefined || type === undefined || error !== undefined) return false;
    return state.act('order', (session) => handInOrder(session, view.id, { type, bytes: file.bytes }));
  };
  return (
    <Form {...words.order} goes={words.order.go} isOff={state.busy.value} go={go} onLeave={onLeave}>
      <FileField label={words.order.file} file={file} error={error} onFile={setFile} />
    </Form>
  );
}

/** What is wrong with a moment, once one tried to go on. */
function useTimeFault() {
  const words = inLanguage(oneWords).forms;
  return (fault: TimeFault | undefined): string | undefined => {
    if (fault === undefined) return undefined;
    if (fault.is === 'too-long') return words.tooLong(fault.days);
    return fault.is === 'over' ? words.whenPast : words.whenFuture;
  };
}

const present = () => new Date().toISOString();

function ValidationForm({ opened: { view }, state, onLeave }: Of) {
  const words = inLanguage(oneWords).forms;
  const faultText = useTimeFault();
  const [role, setRole] = useState<AuthoriserRole>();
  const [office, setOffice] = useState('');
  const [when, setWhen] = useState('');
  const [file, setFile] = useState<ChosenFile>();
  const [isTried, setTried] = useState(false);
  const at = instantOf(when);
  const whenFault = at === undefined ? words.whenMissing : faultText(datedFault(at, present()));
  const { policy } = usePortal();
  const offices = Object.entries(policy?.roles ?? {}).filter(([, { is }]) => is === role);
  const go = async () => {
    setTried(true);
    const { data } = validationSchema.safeParse({
      authoriserRole: role,
      ...(office === '' ? {} : { role: office }),
      validatedAt: at,
      digest: file?.member,
    });
    if (data === undefined || whenFault !== undefined) return false;
    return state.act('validation', (session) => validateRequest(session, view.id, data));
  };
  return (
    <Form {...words.validation} goes={words.validation.go} isOff={state.busy.value} go={go} onLeave={onLeave}>
      <ChoiceField
        label={words.validation.who}
        value={role}
        of={inLanguage(askingWords).authorities}
        error={isTried && role === undefined ? words.choiceMissing : undefined}
        onValue={(value) => {
          setRole(value);
          setOffice('');
        }}
      />
      {offices.length === 0 ? null : (
        <ChoiceField
          label={`${words.validation.office}. ${words.validation.officeHint}`}
          value={office}
          of={Object.fromEntries(offices.map(([name, { title }]) => [name, title]))}
          error={undefined}
          onValue={setOffice}
        />
      )}
      <MomentField
        label={words.validation.when}
        value={when}
        error={isTried ? whenFault : undefined}
        onValue={setWhen}
      />
      <FileField
        label={words.validation.order}
        file={file}
        error={isTried && file === undefined ? words.validation.orderNone : undefined}
        onFile={setFile}
      />
    </Form>
  );
}

function DelayForm({ opened: { view }, state, onLeave }: Of) {
  const words = inLanguage(oneWords).forms;
  const faultText = useTimeFault();
  const { policy, agency } = usePortal();
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState<Delay['reason']>();
  const [file, setFile] = useState<ChosenFile>();
  const [isTried, setTried] = useState(false);
  const at = instantOf(until);
  const rules = { policy, terms: agency.value?.terms };
  const whenFault =
    at === undefined ? words.whenMissing : faultText(delayFault(at, present(), rules, view.noticeBy));
  const go = async () => {
    setTried(true);
    if (at === undefined || reason === undefined || whenFault !== undefined) return false;
    const delay = { delayUntil: at, reason, ...(file === undefined ? {} : { digest: file.member }) };
    return state.act('notice', (session) => delayNotice(session, view.id, delay));
  };
  return (
    <Form {...words.notice} goes={words.notice.go} isOff={state.busy.value} go={go} onLeave={onLeave}>
      <MomentField
        label={words.notice.until}
        value={until}
        error={isTried ? whenFault : undefined}
        onValue={setUntil}
      />
      <ChoiceField
        label={words.notice.reason}
        value={reason}
        of={inLanguage(askingWords).reasons}
        error={isTried && reason === undefined ? words.choiceMissing : undefined}
        onValue={setReason}
      />
      <FileField label={words.notice.order} file={file} onFile={setFile} />
    </Form>
  );
}

function ToldForm({ opened: { view }, state, onLeave }: Of) {
  const words = inLanguage(oneWords).forms;
  const faultText = useTimeFault();
  const [when, setWhen] = useState('');
  const [isTried, setTried] = useState(false);
  const at = instantOf(when);
  const fault = at === undefined ? words.whenMissing : faultText(datedFault(at, present()));
  const go = async () => {
    setTried(true);
    if (at === undefined || fault !== undefined) return false;
    return state.act('told', (session) => tellPerson(session, view.id, { toldAt: at }));
  };
  return (
    <Form {...words.told} goes={words.told.go} isOff={state.busy.value} go={go} onLeave={onLeave}>
      <MomentField
        label={words.told.when}
        value={when}
        error={isTried ? fault : undefined}
        onValue={setWhen}
      />
    </Form>
  );
}

function WithdrawForm({ opened: { view }, state, onLeave }: Of) {
  const words = inLanguage(oneWords).forms.withdrawal;
  const go = () => state.act('withdrawal', (session) => withdrawRequest(session, view.id));
  return <Form {...words} goes={words.go} isOff={state.busy.value} go={go} onLeave={onLeave} />;
}
