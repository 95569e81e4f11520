import { render } from 'preact';
import './style/main.css';

const place = document.getElementById('app');
if (place !== null) render(<h1>Writ</h1>, place);
