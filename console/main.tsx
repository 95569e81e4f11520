import '#client/browser/no-eval.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import './style/main.css';

const place = document.getElementById('app');
if (place !== null) render(<App />, place);
