let context: AudioContext | undefined;

/** Two short tones, the second higher. A browser that nobody has touched yet plays nothing, and is not asked to. */
export function chime(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  context ??= new AudioContext();
  const { currentTime } = context;
  void context.resume();
  tone(context, 660, currentTime + 0.05);
  tone(context, 880, currentTime + 0.3);
}

function tone(on: AudioContext, hertz: number, at: number): void {
  const source = on.createOscillator();
  const volume = on.createGain();
  source.frequency.value = hertz;
  // Rising and falling softly, so that it does not crack.
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
  volume.gain.linearRampToValueAtTime(0, at + 0.2);
  source.connect(volume).connect(on.destination);
  source.start(at);
  source.stop(at + 0.22);
}
