import type { ScopeWords } from './scope.ts';

export const scope: ScopeWords = {
  subjects: (count, numbers) => `${count === 1 ? 'der Person' : 'den Personen'} ${numbers}`,
  scope: (categories, subjects, from, to) => `${categories} zu ${subjects}, von ${from} bis ${to}`,
  period: 'den Teil des Zeitraums',
  ground: (part, ground, says) => `Grund für ${part}: ${ground}, ${says}.`,
};
