import '#client/browser/plain-schemas.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { speakWith } from './words/speak.ts';
import { tables } from './words/tables.ts';
import './style/main.css';

speakWith(tables);
const place = document.getElementById('app');
if (place !== null) render(<App />, place);
