import '#client/browser/plain-schemas.ts';
import { render } from 'preact';
import { speakWith } from '../words/speak.ts';
import { App } from './app.tsx';
import { route, routeOf } from './route.ts';
import './site.css';
import { takeCode } from './letter/address.ts';
import { tables } from './words/tables.ts';

takeCode();
speakWith(tables);
// At once: a screen that comes after another takes the focus, and the first is no such screen.
route.value = routeOf(location.hash);
const place = document.getElementById('app');
if (place !== null) render(<App />, place);
