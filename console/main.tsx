import '#client/browser/plain-schemas.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import './style/main.css';

const place = document.getElementById('app');
if (place !== null) render(<App />, place);
