import type { ScopeWords } from './scope.ts';

export const scope: ScopeWords = {
  subjects: (count, numbers) => `${count === 1 ? 'la personne' : 'les personnes'} ${numbers}`,
  scope: (categories, subjects, from, to) => `${categories} sur ${subjects}, du ${from} au ${to}`,
  period: 'la partie de la période',
  ground: (part, ground, says) => `Motif pour ${part} : ${ground}, ${says}.`,
};
