import '#client/browser/plain-schemas.ts';
import { render } from 'preact';
import { speakWith } from '../words/speak.ts';
import { App } from './app.tsx';
import './site.css';
import { takeCode } from './letter/address.ts';
import { tables } from './words/tables.ts';

takeCode();
speakWith(tables);
const place = document.getElementById('app');
if (place !== null) render(<App />, place);
